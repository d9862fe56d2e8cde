/*
 * The steps of `worker install` and of its undoing, as data: a dry run prints them, and tests
 * compare them on every system.
 */
import { posix, win32 } from 'node:path';
import { AGENT_LABEL, launchAgent } from './launch-agent.ts';
import { scheduledTask, TASK_NAME } from './scheduled-task.ts';
import { systemdUnit } from './systemd-unit.ts';

/** `may`: the step may fail, for example because its work is already done. */
export type InstallStep = { readonly why: string; readonly may?: true } & (
  | { readonly run: readonly [string, ...string[]] }
  | { readonly write: string; readonly text: string; readonly encoding?: 'utf16le' }
  | { readonly remove: string }
  /** With `user`: a new folder, and one of root, is given to that user. */
  | { readonly folder: string; readonly user?: string }
  | { readonly own: string; readonly user: string }
);

export type InstallFacts = {
  readonly host: string;
  /** The user that the worker runs as. */
  readonly user: string;
  /** Whether this host has that user; only Linux makes one. */
  readonly hasUser: boolean;
  readonly uid: number;
  readonly home: string;
  /** The program of the worker, with its interpreter, as absolute paths. */
  readonly command: readonly [string, ...string[]];
  /** The folder that the program starts in. */
  readonly folder: string;
  readonly settings: string;
  /** The root certificate beside the settings; null: there is none. */
  readonly certificate: string | null;
  readonly scratchRoot: string;
};
type Platform = 'linux' | 'darwin' | 'win32';

export function planInstall(platform: Platform, facts: InstallFacts): readonly InstallStep[] {
  return { linux: installUnit, darwin: installAgent, win32: installTask }[platform](facts);
}

export function planUninstall(
  platform: Platform,
  facts: Pick<InstallFacts, 'host' | 'uid' | 'home'>,
): readonly InstallStep[] {
  const { host, uid, home } = facts;
  if (platform === 'linux')
    return [
      { why: 'ends the unit', run: ['systemctl', 'disable', '--now', unitOf(host)], may: true },
      { why: 'its file', remove: unitFileOf(host) },
      { why: 'lets systemd forget it', run: ['systemctl', 'daemon-reload'] },
    ];
  if (platform === 'darwin')
    return [
      {
        why: 'ends the agent',
        run: ['launchctl', 'bootout', `gui/${uid}/${AGENT_LABEL}`],
        may: true,
      },
      { why: 'its file', remove: agentFileOf(home) },
    ];
  const task = ['/TN', TASK_NAME] as const;
  return [
    { why: 'ends the task', run: ['schtasks', '/End', ...task], may: true },
    { why: 'removes the task', run: ['schtasks', '/Delete', ...task, '/F'], may: true },
  ];
}

/** The file that shows whether the worker is installed; null: no file shows it. */
export function installedFile(
  platform: Platform,
  { host, home }: Pick<InstallFacts, 'host' | 'home'>,
): string | null {
  if (platform === 'linux') return unitFileOf(host);
  return platform === 'darwin' ? agentFileOf(home) : null;
}

const unitOf = (host: string) => `renderdeck-worker@${host}.service`;
const unitFileOf = (host: string) => `/etc/systemd/system/${unitOf(host)}`;
const agentFileOf = (home: string) =>
  posix.join(home, 'Library/LaunchAgents', `${AGENT_LABEL}.plist`);

function installUnit(facts: InstallFacts): readonly InstallStep[] {
  const { host, user, hasUser, settings, certificate, scratchRoot } = facts;
  const makeUser = ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', user] as const;
  return [
    ...(hasUser ? [] : [{ why: 'the user of the worker', run: ['useradd', ...makeUser] } as const]),
    { why: 'where the worker renders', folder: scratchRoot, user },
    { why: 'the worker reads its settings', own: settings, user },
    ...(certificate === null
      ? []
      : [{ why: 'and the root certificate of the database', own: certificate, user }]),
    { why: 'the unit', write: unitFileOf(host), text: systemdUnit(facts) },
    { why: 'shows it to systemd', run: ['systemctl', 'daemon-reload'] },
    {
      why: 'starts the worker, now and when the machine boots',
      run: ['systemctl', 'enable', '--now', unitOf(host)],
    },
  ];
}

function installAgent(facts: InstallFacts): readonly InstallStep[] {
  const { uid, home, settings } = facts;
  const logs = posix.join(posix.dirname(settings), 'logs');
  const domain = `gui/${uid}`;
  const path = agentFileOf(home);
  return [
    { why: 'the log of the worker', folder: logs },
    {
      why: 'the agent, which runs while this user is logged in at the screen',
      write: path,
      text: launchAgent({ ...facts, log: posix.join(logs, 'worker.log') }),
    },
    {
      why: 'ends an earlier agent',
      run: ['launchctl', 'bootout', `${domain}/${AGENT_LABEL}`],
      may: true,
    },
    {
      why: 'starts the worker, now and at each login',
      run: ['launchctl', 'bootstrap', domain, path],
    },
  ];
}

function installTask(facts: InstallFacts): readonly InstallStep[] {
  const { user, command, folder, settings } = facts;
  const base = win32.dirname(settings);
  const xml = win32.join(base, 'windows-task.xml');
  const log = win32.join(base, 'logs', 'worker.log');
  const single = (text: string) => `'${text.replaceAll("'", "''")}'`;
  // The console is hidden: selecting text in a console would halt the worker's output.
  const script =
    `$env:RENDERDECK_SETTINGS_FILE = ${single(settings)}; ` +
    `& ${[...command, 'keep', '--log', log].map(single).join(' ')}; exit $LASTEXITCODE`;
  const text = scheduledTask({
    user,
    command: '%SystemRoot%\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    arguments: `-NoProfile -NonInteractive -WindowStyle Hidden -Command "${script}"`,
    folder,
  });
  return [
    { why: 'the log of the worker', folder: win32.dirname(log) },
    {
      why: 'the task, which runs while this user is logged on',
      write: xml,
      text,
      encoding: 'utf16le',
    },
    {
      why: 'registers the task',
      run: ['schtasks', '/Create', '/TN', TASK_NAME, '/XML', xml, '/F'],
    },
    { why: 'starts the worker', run: ['schtasks', '/Run', '/TN', TASK_NAME] },
  ];
}
