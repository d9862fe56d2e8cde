/*
 * A tree in a mount namespace of its own, where /proc can hide processes. Its daemon has no rights:
 * it is root without any capability and in no group of root. So it can read the clone even where no
 * other user may. The test itself sees every process.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HostStopReport, TreeRecord } from '@renderdeck/domain';
import { explainCgroup, findMount } from '../../../src/process/container/cgroup.ts';
import { parseStat } from '../../../src/process/snapshot/linux.ts';
import { readProcFile } from '../../../src/process/snapshot/read-proc-file.ts';
import { LEAVE_CGROUP } from '../../../src/self-test/hostile-programs.ts';
import { waitUntil } from '../../../testing/wait-until.ts';

const PROGRAM = fileURLToPath(new URL('./stop-when-told.ts', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));
const NOBODY = 65_534;

const WITHOUT_RIGHTS = [
  'setpriv',
  ...[`--regid=${NOBODY}`, '--clear-groups', '--bounding-set=-all', '--inh-caps=-all', '--'],
];

export type HiddenTree = {
  readonly record: TreeRecord;
  readonly folder: string;
  /** The pid that the program wrote. This process never ends by itself. */
  readonly pid: number;
  /** Whether that process is alive. */
  lives(): boolean;
  /** Mounts /proc again with these options. */
  remount(options: string): void;
  /** `withinMs`: the stop takes that long only when a process survives. */
  stop(withinMs?: number): Promise<HostStopReport>;
  /** Sends KILL to the daemon. */
  killDaemon(): void;
  // biome-ignore lint/suspicious/noExplicitAny: the program answers with JSON.
  ask(line: string): Promise<any>;
  end(): Promise<void>;
};

/** The command of a program that hides, with its arguments. It writes its pid into the file. */
export type HidingProgram = (folder: string, pidFile: string) => readonly string[];

/** A daemon that writes its pid into the file every few ms. */
const WRITER =
  'use POSIX "setsid"; my ($file) = @ARGV; $SIG{TERM} = "IGNORE"; ' +
  'if (!fork) { setsid; if (!fork) { ' +
  '  while (1) { open my $out, ">", "$file.new"; print $out "$$\n"; close $out; ' +
  '    rename "$file.new", $file; select undef, undef, undef, 0.005 } } exit } ' +
  'wait; select undef, undef, undef, 0.01 until -s $file; $| = 1; print "ready\n"; sleep 1000';

/** perl with mode 0711 and another owner: its user may run it and not read it. */
export const unreadable: HidingProgram = (folder, pidFile) => {
  const program = join(folder, 'program');
  copyFileSync('/usr/bin/perl', program);
  chownSync(program, NOBODY, NOBODY);
  chmodSync(program, 0o711);
  return [program, '-e', WRITER, pidFile];
};

/** This program, moved to another cgroup than that of its attempt. */
export const unreadableMover: HidingProgram = (folder, pidFile) => {
  const [program = '', flag = '', writer = '', ...args] = unreadable(folder, pidFile);
  return [program, flag, `${LEAVE_CGROUP} ${writer}`, ...args];
};

/** This program, in a cgroup that it makes itself, with a name like that of an attempt's cgroup. */
export const unreadableInventor: HidingProgram = (folder, pidFile) => {
  const mover = unreadableMover(folder, pidFile);
  const invented = '$mount$own/renderdeck-invented';
  return mover.map((text) =>
    text.replace('if (defined $own', `mkdir "${invented}"; $own .= "/renderdeck-invented"; $&`),
  );
};

/** The real program: it forbids every process to read its memory. */
export const sshAgent: HidingProgram = (folder, pidFile) => [
  'sh',
  '-c',
  'eval "$(ssh-agent -a "$1/agent")" > /dev/null; echo $SSH_AGENT_PID > "$2"; ' +
    'echo ready; exec sleep 1000',
  ...['sh', folder, pidFile],
];

/**
 * `options`: of the mount of /proc; `defaults` sets none. Only the container `cgroup` can make
 * cgroups there. `service`: the daemon runs in a cgroup of this name below the highest cgroup that
 * it sees. `withoutLimitMark`: its hard limit is too low for the limit mark.
 */
export async function startHiddenTree(
  container: 'cgroup' | 'subreaper' | 'none',
  program: HidingProgram,
  options: string,
  { withoutLimitMark = false, service = '' } = {},
): Promise<HiddenTree> {
  const folder = mkdtempSync(join(tmpdir(), 'hidden-'));
  chmodSync(folder, 0o777);
  const pidFile = join(folder, 'pid');
  const cgroup = container === 'cgroup' ? makeCgroup() : null;
  const namespaces = cgroup === null ? ['--mount'] : ['--mount', '--cgroup'];
  const prepare = [
    'umount --all --types cgroup2',
    ...(cgroup === null ? [] : [`mount -t cgroup2 cgroup2 ${cgroup.mount}`]),
    ...(cgroup === null || service === '' ? [] : enterCgroup(join(cgroup.mount, service))),
    `mount -t proc -o ${options} proc /proc`,
  ];
  const enter = cgroup === null ? 'true' : `echo $$ > ${cgroup.path}/cgroup.procs`;
  const daemon = spawn(
    'sh',
    [
      ...['-c', `${enter} && exec unshare "$@"`, 'sh'],
      ...[...namespaces, 'sh', '-c', `${prepare.join(' && ')} && exec "$@"`, 'sh'],
      ...(withoutLimitMark ? ['prlimit', '--locks=1000:1000', '--'] : []),
      ...WITHOUT_RIGHTS,
      ...[process.execPath, '--import', 'tsx', PROGRAM, container],
      ...program(folder, pidFile),
    ],
    { cwd: PACKAGE, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const end = async () => {
    await endAll(daemon, folder);
    if (cgroup !== null) await removeCgroup(cgroup.path);
  };
  const lines = createInterface(daemon.stdout)[Symbol.asyncIterator]();
  const readAnswer = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('The daemon of the tree has ended.');
    return JSON.parse(value);
  };
  const ask = async (line: string) => {
    daemon.stdin.write(`${line}\n`);
    return await readAnswer();
  };
  const record = await readAnswer().catch(async (error: unknown) => {
    await end();
    throw error;
  });
  const pid = Number(readFileSync(pidFile, 'latin1'));
  return {
    ...{ record, folder, pid, ask },
    lives: () => isLiving(pid),
    remount: (to) => mountIn(daemon, to),
    stop: (withinMs = 120_000) => ask(`stop ${withinMs}`),
    killDaemon: () => void daemon.kill('SIGKILL'),
    end,
  };
}

/** Makes a cgroup that is the highest one that the daemon sees. */
function makeCgroup(): { readonly path: string; readonly mount: string } {
  const mount = findMount(readFileSync('/proc/self/mountinfo', 'latin1'));
  const place = explainCgroup();
  if (mount === null || !place.ok) throw new Error('no cgroup v2 can be used here');
  return { path: mkdtempSync(join(place.parent, 'hidden-')), mount };
}

function enterCgroup(path: string): string[] {
  return [`mkdir ${path}`, `echo $$ > ${path}/cgroup.procs`];
}

async function removeCgroup(path: string): Promise<void> {
  // A killed process stays in its cgroup until the kernel has removed it.
  await waitUntil('the cgroup is empty', () =>
    /^populated 0$/m.test(readFileSync(join(path, 'cgroup.events'), 'latin1')),
  );
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  rmdirSync(path);
}

function mountIn({ pid }: ChildProcess, options: string): void {
  const mount = ['mount', '-t', 'proc', '-o', options, 'proc', '/proc'];
  execFileSync('nsenter', [`--mount=/proc/${pid}/ns/mnt`, ...mount]);
}

/** Kills the daemon and every program that names this folder. Then removes the folder. */
async function endAll(daemon: ChildProcess, folder: string): Promise<void> {
  if (daemon.exitCode === null && daemon.signalCode === null) {
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
  }
  await waitUntil('the programs of the tree have ended', () => {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
    const left = pids.filter(
      (pid) => isLiving(pid) && readProcFile(`/proc/${pid}/cmdline`)?.includes(folder),
    );
    for (const pid of left) killIfThere(pid);
    return left.length === 0;
  });
  rmSync(folder, { recursive: true });
}

/** Sends KILL. A process that has ended meanwhile needs no signal. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function isLiving(pid: number): boolean {
  const stat = readProcFile(`/proc/${pid}/stat`);
  const parsed = stat === null ? null : parseStat(stat);
  return parsed !== null && !['Z', 'X'].includes(parsed.state);
}
