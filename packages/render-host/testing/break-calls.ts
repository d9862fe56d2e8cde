/*
 * Breaks a program at one of its system calls, with strace:
 *
 * 1. `listPaths` and `listCalls` run the program, and list its calls that change something below a
 *    folder.
 * 2. `runBroken` runs it again. At the chosen call, the kernel answers that the disk is full, or
 *    kills the program before the call.
 *
 * strace counts each kind of call for itself, and only calls on the paths that it was given. So the
 * program may use only names that are equal in each run.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const CALLS = [
  ...['mkdir', 'openat', 'write', 'pwrite64', 'fsync', 'fdatasync', 'rename', 'link', 'unlink'],
  ...['chmod', 'fchmod', 'chown', 'fchown', 'ftruncate', 'rmdir'],
];
/** Calls that need disk space, or may need it. A delayed write may fail in a sync. */
const NEEDS_SPACE = [
  'mkdir',
  'openat',
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'rename',
  'link',
];

/** The `nth` call of this kind. */
export type Call = {
  readonly name: string;
  readonly nth: number;
  readonly text: string;
  readonly succeeds: boolean;
};
export type HowToBreak = 'ENOSPC' | 'KILL';

/** Empty when strace can break a program here; else the reason, for the name of a skipped test. */
export function whyNoStrace(): string {
  try {
    execFileSync('strace', ['-f', '-qq', '-o', '/dev/null', 'true'], { stdio: 'pipe' });
    return '';
  } catch (error) {
    const [line] = String(error).trim().split('\n').slice(-1);
    return ` (left out: no strace here: ${line})`;
  }
}

export type Program = {
  readonly command: readonly [string, ...string[]];
  /** The folder whose files are watched. It is in no path of the program's own files. */
  readonly below: string;
  /** A path for strace's log. */
  readonly log: string;
  /** Answers a message of the program. */
  onMessage?(message: unknown, answer: (message: object) => void): void;
};

/** Runs the program and returns all paths below the folder that its calls name. */
export async function listPaths(program: Program): Promise<readonly string[]> {
  await run(program, ['-y']);
  const all = await readFile(program.log, 'utf8');
  const quoted = program.below.replaceAll(/[.+]/g, '\\$&');
  const found = all.matchAll(new RegExp(`["<](${quoted}(?:/[^">]*)?)[">]`, 'g'));
  return [...new Set([...found].map(([, path = '']) => path))];
}

/** Runs the program and lists its calls on these paths. */
export async function listCalls(
  program: Program,
  paths: readonly string[],
): Promise<readonly Call[]> {
  await run(program, matching(paths));
  const counts = new Map<string, number>();
  const calls: Call[] = [];
  for (const line of (await readFile(program.log, 'utf8')).split('\n')) {
    const [, name = ''] = /^\d+ +(\w+)\(/.exec(line) ?? [];
    if (!CALLS.includes(name)) continue;
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    if (name === 'openat' && !line.includes('O_CREAT')) continue;
    calls.push({ name, nth, text: line.replace(/^\d+ +/, ''), succeeds: !line.includes(' = -1 ') });
  }
  return calls;
}

export const needsSpace = ({ name, succeeds }: Call): boolean =>
  succeeds && NEEDS_SPACE.includes(name);

/** Runs the program and breaks this call. Returns the lines that it printed. */
export async function runBroken(
  program: Program,
  paths: readonly string[],
  { name, nth }: Call,
  how: HowToBreak,
): Promise<readonly string[]> {
  const fault = how === 'KILL' ? 'signal=KILL' : `error=${how}`;
  return await run(program, [...matching(paths), '-e', `inject=${name}:${fault}:when=${nth}`]);
}

const matching = (paths: readonly string[]) => paths.flatMap((path) => ['-P', path]);

async function run(
  { command, log, onMessage = () => undefined }: Program,
  options: readonly string[],
): Promise<readonly string[]> {
  const strace = ['-f', '-qq', '-o', log, '-e', `trace=${CALLS.join()}`, ...options];
  const child = spawn('strace', [...strace, ...command], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // With one thread for files, strace counts all their calls together.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' },
  });
  child.on('message', (message) => onMessage(message, (answer) => child.send(answer)));
  child.on('error', () => undefined);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return output.split('\n').filter(Boolean);
}
