import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';
import { z } from 'zod';

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** One of the farm's own programs, as a process of its own. */
export type Program = {
  readonly name: string;
  readonly pid: number;
  /** Resolves with the last lines of its log when the process is gone. */
  readonly ended: Promise<string>;
  /** Asks it to end, waits for its drain, and ends it hard when that takes too long. */
  stop(): Promise<void>;
};

const DRAIN_MS = 30_000;
const LAST_LINES = 5;
const gaveUp = z.object({ gaveUp: z.string() });

/**
 * Starts a program of this repository and waits for its first word over the channel: throws the sentence with which it gave up. It has a session
 * of its own, so that Ctrl-C reaches it only in our order, and writes its log file itself; when we die, its channel closes and it ends by
 * itself, in good order.
 */
export async function startProgram(
  name: string,
  entry: string,
  env: Readonly<Record<string, string | undefined>>,
  logFolder: string,
): Promise<{ program: Program; said: unknown }> {
  await mkdir(logFolder, { recursive: true });
  const logFile = join(logFolder, `${name}.log`);
  const log = await open(logFile, 'a', 0o600);
  const stream = log.createWriteStream({ autoClose: false });
  const child = execaNode(join(REPOSITORY, entry), {
    ipc: true,
    detached: true,
    cleanup: false,
    reject: false,
    forceKillAfterDelay: DRAIN_MS,
    env: { ...env },
    extendEnv: false,
    cwd: REPOSITORY,
    nodeOptions: ['--import', import.meta.resolve('tsx')],
    // A stream with a file of its own goes to the program as that file: nothing passes through us.
    stdin: 'ignore',
    stdout: stream,
    stderr: stream,
  });
  const ended = child.then(async () => {
    await log.close();
    return await lastLines(logFile);
  });
  const said = await child
    .getOneMessage()
    .catch(async () => ({ gaveUp: `The ${name} ended at once. ${await ended}` }));
  const failure = gaveUp.safeParse(said);
  if (failure.success) {
    await ended;
    throw new Error(failure.data.gaveUp);
  }
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
    said,
  };
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return `The last lines of ${file}:\n${text.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}`;
}
