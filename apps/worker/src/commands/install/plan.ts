/*
 * The steps of `worker install` and of its undoing, as data: a dry run prints them, and tests
 * compare them on every system.
 */
import { posix, win32 } from 'node:path';
import { EXPLAIN_JOINING_NAME, JOINING_NAME } from '@renderdeck/domain';
import { type InstallStep, makeUser, unitFileOf } from '@renderdeck/render-host/install';
import { AGENT_LABEL, launchAgent } from './launch-agent.ts';
import { scheduledTask, TASK_NAME } from './scheduled-task.ts';
import { workerUnit } from './worker-unit.ts';

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

/** `ends`: the step that ends a worker that runs. `waits`: the one that waits for the new one. */
type WorkerSteps = { readonly ends: InstallStep; readonly waits: InstallStep };

export function planInstall(
  platform: Platform,
  facts: InstallFacts,
  { ends, waits }: WorkerSteps,
): readonly InstallStep[] {
  const plan = { linux: installUnit, darwin: installAgent, win32: installTask }[platform];
  return [...plan(facts, ends), waits];
}

export function planUninstall(
  platform: Platform,
  facts: Pick<InstallFacts, 'host' | 'uid' | 'home'>,
): readonly InstallStep[] {
  const { host, uid, home } = facts;
  if (platform === 'linux')
    return [
      { why: 'ends the unit', run: ['systemctl', 'disable', '--now', unitOf(host)], may: true },
      { why: 'its file', remove: unitFileOf(unitOf(host)) },
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
  if (platform === 'linux') return unitFileOf(unitOf(host));
  return platform === 'darwin' ? agentFileOf(home) : null;
}

/** Why a host with this name cannot be installed; null: it can. On Linux it names a unit. */
export function explainName(platform: Platform, host: string): string | null {
  return platform === 'linux' && !JOINING_NAME.test(host) ? EXPLAIN_JOINING_NAME : null;
}

const unitOf = (host: string) => `renderdeck-worker@${host}.service`;
const agentFileOf = (home: string) =>
  posix.join(home, 'Library/LaunchAgents', `${AGENT_LABEL}.plist`);

function installUnit(facts: InstallFacts, ends: InstallStep): readonly InstallStep[] {
  const { host, user, hasUser, settings, certificate, scratchRoot } = facts;
  return [
    ...(hasUser ? [] : [makeUser(user, 'the user of the worker')]),
    { why: 'where the worker renders', folder: scratchRoot, user },
    { why: 'the worker reads its settings', own: settings, user },
    ...(certificate === null
      ? []
      : [{ why: 'and the root certificate of the database', own: certificate, user }]),
    { why: 'the unit', write: unitFileOf(unitOf(host)), text: workerUnit(facts) },
    { why: 'shows it to systemd', run: ['systemctl', 'daemon-reload'] },
    { why: 'starts the worker when the machine boots', run: ['systemctl', 'enable', unitOf(host)] },
    ends,
    { why: 'starts the worker now', run: ['systemctl', 'restart', unitOf(host)] },
  ];
}

function installAgent(facts: InstallFacts, ends: InstallStep): readonly InstallStep[] {
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
    ends,
    {
      why: 'removes an earlier agent',
      run: ['launchctl', 'bootout', `${domain}/${AGENT_LABEL}`],
      may: true,
    },
    {
      why: 'starts the worker, now and at each login',
      run: ['launchctl', 'bootstrap', domain, path],
    },
  ];
}

function installTask(facts: InstallFacts, ends: InstallStep): readonly InstallStep[] {
  const { user, command, folder, settings } = facts;
  const base = win32.dirname(settings);
  const xml = win32.join(base, 'windows-task.xml');
  const log = win32.join(base, 'logs', 'worker.log');
  // PowerShell also ends a text at these quotes; a user may be named O’Brien.
  const single = (text: string) => `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
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
    ends,
    // Windows starts no second run of a task.
    { why: 'ends an earlier run', run: ['schtasks', '/End', '/TN', TASK_NAME], may: true },
    { why: 'starts the worker', run: ['schtasks', '/Run', '/TN', TASK_NAME] },
  ];
}
