import type { WireHost } from '../procedures/hosts/list-hosts.ts';

/** What the database login of this host can reach, as a sentence for people. */
export function describeLogin({
  databaseLogin,
  loginEnded,
}: Pick<WireHost, 'databaseLogin' | 'loginEnded'>): string {
  if (loginEnded)
    return (
      `Its database login ${databaseLogin} has no longer the name of this host, so it reaches ` +
      'nothing.'
    );
  return databaseLogin === null
    ? 'It shares its database login. Whoever has the password reads and changes the attempts and ' +
        'secrets of every host.'
    : `It has the database login ${databaseLogin} of its own, which reaches what this host holds ` +
        'and the jobs that wait.';
}

/**
 * Names the version of the server and of each host that may run, if they differ; null if all have
 * one version. Other servers of the farm are not known.
 */
export function describeVersions(
  serverVersion: string,
  hosts: readonly Pick<WireHost, 'name' | 'version' | 'state' | 'gone'>[],
): string | null {
  const here = hosts.filter(({ state, gone }) => state !== 'stopped' && gone === null);
  const others = [...new Set(here.map(({ version }) => version))].toSorted();
  if (others.every((version) => version === serverVersion)) return null;
  const parts = others.map((version) => {
    const names = here.filter((host) => host.version === version).map(({ name }) => name);
    return `${names.toSorted().join(', ')} ${names.length === 1 ? 'has' : 'have'} ${version}`;
  });
  return (
    `Different versions work together: this server has ${serverVersion}, ${parts.join('; ')}. ` +
    'Bring all of them to one version.'
  );
}

const SYSTEMS: Readonly<Record<string, string>> = {
  win32: 'Windows',
  darwin: 'macOS',
  linux: 'Linux',
};

/**
 * The operating system of a host for people, such as `Windows (x64)`. An unknown name stays as it
 * is.
 */
export function describePlatform({ platform }: Pick<WireHost, 'platform'>): string {
  const [system = '', processor] = platform.split(' ');
  const name = SYSTEMS[system] ?? system;
  return processor === undefined ? name : `${name} (${processor})`;
}

/** What a script of a submitted job can reach on this host, as a sentence for people. */
export function describeScriptReach({ renderUser }: Pick<WireHost, 'renderUser'>): string {
  return renderUser === null
    ? "Renders run as the worker's own user. A submitted script can read the worker's " +
        'environment with the database password, its journal, the files of other attempts and ' +
        'every file of that user, and can end the worker.'
    : `Renders run as ${renderUser}. A submitted script can read and change what that user may, ` +
        'outputs of other jobs among it, and can end other renders of that user. It can neither ' +
        "read the worker's environment, its journal or the files of other attempts nor end the " +
        'worker.';
}

/** What is wrong with the Windows session of a worker, for people; null if nothing is wrong. */
export function explainSession({ session }: Pick<WireHost, 'session'>): string | null {
  if (session !== 0) return null;
  return (
    'The worker runs in session 0, as a service does. After Effects needs the session of a ' +
    'logged-on user: there it may fail or wait for a dialog that nobody sees. Start the worker ' +
    'by a task that runs only when its user is logged on.'
  );
}
