import type { WireHost } from '../procedures/hosts/list-hosts.ts';

/** What a script of a submitted job can reach on this host, for people. */
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
