import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import type { ContainerKind, HostStopReport } from '@renderdeck/domain';
import { detectContainer } from '../container/container.ts';
import { listTree } from '../list-tree.ts';
import { isSameProcess } from '../process-identity.ts';
import type { RenderUser } from '../render-user.ts';
import { type ProcessTree, startProcessTree } from '../start-process-tree.ts';
import { stopProcessTree } from '../stop-process-tree.ts';
import { HOSTILE_PROGRAMS, type HostileProgram } from './hostile-programs.ts';
import { WINDOWS_PROGRAMS } from './windows-programs.ts';

export type SelfTestCase = {
  name: string;
  /** Every process seen of the tree has ended, and the report says so. */
  ok: boolean;
  report: HostStopReport | null;
  /** Why the case could not run or why it failed; null when it passed. */
  problem: string | null;
};
export type SelfTest = {
  container: { kind: ContainerKind; detail: string };
  ok: boolean;
  cases: SelfTestCase[];
};

const MODULE = new URL('./run-program.mjs', import.meta.url).href;
const READY_WITHIN_MS = 20_000;
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
];

/**
 * Shows that a stop ends hostile programs on this host, run as this user, and proves it. For a new
 * kind of host.
 */
export async function selfTestKill(user: RenderUser | null): Promise<SelfTest> {
  const container = await detectContainer();
  const cases: SelfTestCase[] = [];
  const programs = process.platform === 'win32' ? WINDOWS_PROGRAMS : UNIX_PROGRAMS;
  for (const program of programs) cases.push(await runCase(program, user));
  return { container, ok: cases.every(({ ok }) => ok), cases };
}

async function runCase(program: HostileProgram, user: RenderUser | null): Promise<SelfTestCase> {
  const { name } = program;
  let tree: ProcessTree;
  try {
    tree = await startHostileProgram(program, user);
  } catch (error) {
    return {
      name,
      ok: false,
      report: null,
      problem: error instanceof Error ? error.message : String(error),
    };
  }
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
    ]),
  ];
  if (report.proof !== null) await tree.release();
  if (living.length > 0)
    return { name, ok: false, report, problem: `Still alive: ${living.join(', ')}` };
  return report.proof === null
    ? { name, ok: false, report, problem: 'Nothing was seen alive, but nothing was proven.' }
    : { name, ok: true, report, problem: null };
}

/** Starts the program in its own tree; resolves when the program prints `ready`. */
async function startHostileProgram(
  { command, args }: HostileProgram,
  user: RenderUser | null,
): Promise<ProcessTree> {
  let output = '';
  let markReady: () => void = () => {};
  const tree = await startProcessTree({
    attemptId: `self-test-${randomUUID()}`,
    treeMarker: randomUUID(),
    owner: 'renderdeck-self-test',
    modulePath: MODULE,
    title: 'nexrender',
    // Windows adds what a program needs there.
    env: process.platform === 'win32' ? {} : { PATH: '/usr/local/bin:/usr/bin:/bin' },
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
  if (isReady) return tree;
  await stopProcessTree(tree.record, { graceMs: 0 });
  await tree.release();
  throw new Error(
    `${command} did not get ready on this host: ${output.trim() || 'it said nothing'}`,
  );
}
