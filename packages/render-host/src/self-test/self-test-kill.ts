import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerKind, HostStopReport } from '@renderdeck/domain';
import { detectContainer } from '../process/container/container.ts';
import { listTree } from '../process/list-tree.ts';
import { isSameProcess, readIdentity } from '../process/process-identity.ts';
import type { RenderUser } from '../process/render-user.ts';
import { type ProcessTree, startProcessTree } from '../process/start-process-tree.ts';
import { stopProcessTree } from '../process/stop-process-tree.ts';
import { type CopiedProgram, copyProgram } from '../scratch/copied-program.ts';
import { HOSTILE_PROGRAMS, type HostileProgram, makeUnreadable } from './hostile-programs.ts';
import { WINDOWS_PROGRAMS } from './windows-programs.ts';

export type SelfTestCase = {
  name: string;
  /** Whether every process that was seen of the tree has ended and the report says so. */
  ok: boolean;
  report: HostStopReport | null;
  /** Why the case could not run or why it failed; null when the case passed. */
  problem: string | null;
};
export type SelfTest = {
  container: { kind: ContainerKind; detail: string };
  ok: boolean;
  cases: SelfTestCase[];
};

const MODULE = new URL('./run-program.mjs', import.meta.url).href;
/** A busy host needs long to start a program. A program that cannot start ends at once. */
const READY_WITHIN_MS = 60_000;
const SEARCHED = ['/usr/local/bin', '/usr/bin', '/bin'];
const UNIX_PROGRAMS: readonly HostileProgram[] = [
  HOSTILE_PROGRAMS.obedient,
  HOSTILE_PROGRAMS.deaf,
  HOSTILE_PROGRAMS.family,
  HOSTILE_PROGRAMS.escapee,
  HOSTILE_PROGRAMS.daemon,
  HOSTILE_PROGRAMS.orphan,
  HOSTILE_PROGRAMS.stoppedDeaf,
  HOSTILE_PROGRAMS.looper,
  HOSTILE_PROGRAMS.deep,
  HOSTILE_PROGRAMS.relabelled,
  HOSTILE_PROGRAMS.mover,
  HOSTILE_PROGRAMS.undumpable,
];

/**
 * Shows on this host, for this user, that a stop ends hostile programs and proves it. Run it on a
 * new kind of host.
 */
export async function selfTestKill(user: RenderUser | null): Promise<SelfTest> {
  const container = await detectContainer();
  const cases: SelfTestCase[] = [];
  const unreadable = process.platform === 'linux' ? await copyUnreadable(user) : null;
  try {
    for (const program of listPrograms(unreadable)) cases.push(await runCase(program, user));
  } finally {
    await unreadable?.remove();
  }
  return { container, ok: cases.every(({ ok }) => ok), cases };
}

function listPrograms(unreadable: CopiedProgram | null): readonly HostileProgram[] {
  if (process.platform === 'win32') return WINDOWS_PROGRAMS;
  return unreadable === null ? UNIX_PROGRAMS : [...UNIX_PROGRAMS, makeUnreadable(unreadable.path)];
}

/** Copies a program that its user may run but not read. The kernel hides it from every user. */
function copyUnreadable(user: RenderUser | null): Promise<CopiedProgram> {
  const program = SEARCHED.map((folder) => join(folder, 'sleep')).find((path) => existsSync(path));
  // This process's user owns the copy, so the first digit of the mode is for this user.
  return copyProgram(program ?? '/bin/sleep', user === null ? 0o111 : 0o711);
}

async function runCase(program: HostileProgram, user: RenderUser | null): Promise<SelfTestCase> {
  const { name } = program;
  let started: Started;
  try {
    started = await startHostileProgram(program, user);
  } catch (error) {
    return {
      name,
      ok: false,
      report: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
  const { tree, told } = started;
  const before = await tree.members();
  const report = await stopProcessTree(tree.record, { graceMs: 500 });
  const { bootId } = tree.record;
  const states = await Promise.all(
    before.map(async (process) =>
      (await isSameProcess({ bootId, ...process })) ? process.pid : null,
    ),
  );
  const living = [
    ...new Set([
      ...states.filter((pid) => pid !== null),
      ...(await listTree(tree.record)).map(({ pid }) => pid),
      ...(await findLiving(told)),
    ]),
  ];
  // A container with processes cannot be removed. The pipes are closed all the same.
  await tree.close().catch(() => undefined);
  if (living.length > 0)
    return { name, ok: false, report, problem: `Still alive: ${living.join(', ')}` };
  if (report.proof !== null) return { name, ok: true, report, problem: null };
  const why = report.survivors.map(({ state }) => state).join(', ');
  return { name, ok: false, report, problem: `Nothing was seen alive or proven (${why})` };
}

/** The pids of these that have a process, even one that no listing shows. */
async function findLiving(pids: readonly number[]): Promise<number[]> {
  const found = await Promise.all(
    pids.map(async (pid) => ((await readIdentity(pid)) === null ? [] : [pid])),
  );
  return found.flat();
}

/** `told`: the pids that the programs of the tree printed. */
type Started = { readonly tree: ProcessTree; readonly told: readonly number[] };

/** Starts the program in its own tree. Resolves when the program prints `ready`. */
async function startHostileProgram(
  { command, args }: HostileProgram,
  user: RenderUser | null,
): Promise<Started> {
  let output = '';
  let markReady: () => void = () => {};
  const tree = await startProcessTree({
    attemptId: `self-test-${randomUUID()}`,
    treeMarker: randomUUID(),
    owner: 'renderdeck-self-test',
    modulePath: MODULE,
    title: 'nexrender',
    // Windows adds the variables that a program needs there.
    env: process.platform === 'win32' ? {} : { PATH: SEARCHED.join(':') },
    cwd: tmpdir(),
    user,
    onMessage() {},
    onOutput(_stream, chunk) {
      output += chunk.toString();
      if (output.includes('ready\n')) markReady();
    },
  });
  const ready = new Promise<boolean>((resolve) => {
    markReady = () => resolve(true);
    setTimeout(() => resolve(false), READY_WITHIN_MS).unref();
  });
  tree.go({ command, args });
  const isReady = await Promise.race([ready, tree.ended.then(() => output.includes('ready\n'))]);
  const told = [...output.matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid));
  if (isReady) return { tree, told };
  await stopProcessTree(tree.record, { graceMs: 0 });
  await tree.close();
  throw new Error(
    `${command} did not get ready on this host: ${output.trim() || 'it said nothing'}`,
  );
}
