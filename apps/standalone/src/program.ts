import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** One of the farm's own programs, as a process of its own. */
export type Program = {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process is gone: with what it said at its end where it failed. */
  readonly ended: Promise<{ readonly failed: boolean; readonly said: string }>;
  /** Asks it to end, waits for its drain, and ends it hard when that takes too long. */
  stop(): Promise<void>;
};

const DRAIN_MS = 30_000;
const options = { ipc: true, detached: true, cleanup: false, reject: false, forceKillAfterDelay: DRAIN_MS, stdin: 'ignore' } as const;

/**
 * Starts a program of this repository and waits for its first word over the channel. It has a session of its own, so that Ctrl-C reaches it only in
 * our order; when we die, its channel closes and it ends by itself. Its log goes to a file, what it says on stderr is kept for the error.
 */
export async function startProgram(
  name: string,
  entry: string,
  env: Readonly<Record<string, string | undefined>>,
  logFolder: string,
): Promise<{ program: Program; said: unknown }> {
  await mkdir(logFolder, { recursive: true });
  const file = join(logFolder, `${name}.log`);
  await appendFile(file, '');
  const child = execaNode(join(REPOSITORY, entry), {
    ...options,
    env: { ...env },
    extendEnv: false,
    cwd: REPOSITORY,
    nodeOptions: ['--import', import.meta.resolve('tsx')],
    stdout: { file, append: true },
    stderr: ['pipe', { file, append: true }],
    buffer: { stdout: false, stderr: true },
    maxBuffer: 64 * 1024,
  });
  const ended = child.then(({ failed, stderr }) => ({ failed, said: lastWords(stderr) }));
  const first = await Promise.race([
    child.getOneMessage().then(
      (message) => ({ message }),
      () => ended,
    ),
    ended,
  ]);
  if ('said' in first) throw new Error(first.said === '' ? `The ${name} ended at once; its log is ${file}.` : first.said);
  const { pid } = child;
  if (pid === undefined) throw new Error(`The ${name} has no process.`);
  return {
    program: {
      name,
      pid,
      ended,
      async stop() {
        child.kill('SIGTERM');
        await ended;
      },
    },
    said: first.message,
  };
}

function lastWords(text: unknown): string {
  return typeof text === 'string' ? text.trim().split('\n').slice(-8).join('\n') : '';
}
