import { constants, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRegular, readRegular } from '@renderdeck/render-host/this-machine';
import { isCheckout } from '@renderdeck/settings';
import { execaNode } from 'execa';
import { z } from 'zod';

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

/** One of the farm's programs, as a separate process. */
export type Program = {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process has ended, with how it ended and the last lines of its log. */
  readonly ended: Promise<string>;
  /** Sends SIGTERM and waits until the process has ended. After too long a drain, sends SIGKILL. */
  stop(): Promise<void>;
};

const DRAIN_MS = 30_000;
const LAST_LINES = 5;
const gaveUp = z.object({ gaveUp: z.string() });

/**
 * Starts a program of the farm from its bundled file and waits for its first message. If the
 * program gives up, throws the sentence that it gives.
 * 1. The program has its own session, so Ctrl-C does not reach it. This process stops it.
 * 2. The program writes its log file itself.
 * 3. When this process dies, the channel closes. The program then drains and ends by itself. Until
 *    it has ended it holds the lock that it inherited (own-folder.ts).
 */
export async function startProgram(
  name: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  logFolder: string,
  programsLock: number | null,
): Promise<{ program: Program; message: unknown }> {
  await mkdir(logFolder, { recursive: true });
  const logFile = join(logFolder, `${name}.log`);
  const { O_WRONLY, O_CREAT, O_APPEND } = constants;
  const flags = O_WRONLY | O_CREAT | O_APPEND;
  const log = await openRegular(logFile, { flags, mode: 0o600, follow: true });
  const stream = log.createWriteStream({ autoClose: false });
  const inherited =
    programsLock === null ? [] : [createWriteStream('', { fd: programsLock, autoClose: false })];
  const child = execaNode(file, {
    ipc: true,
    detached: true,
    cleanup: false,
    reject: false,
    forceKillAfterDelay: DRAIN_MS,
    env: { ...env },
    extendEnv: false,
    // Relative paths in settings count from here.
    cwd: isCheckout ? REPOSITORY : process.cwd(),
    nodeOptions: ['--enable-source-maps'],
    // The program inherits the log file, so its output does not pass through this process.
    stdio: ['ignore', stream, stream, ...inherited],
  });
  const ended = child.then(async ({ exitCode, signal }) => {
    await log.close();
    const how = signal === undefined ? `Its exit code was ${exitCode}.` : `${signal} ended it.`;
    return `${how} ${await lastLines(logFile)}`;
  });
  const message = await child
    .getOneMessage()
    .catch(async () => ({ gaveUp: `The ${name} ended at once. ${await ended}` }));
  const failure = gaveUp.safeParse(message);
  if (failure.success) {
    await ended;
    throw new Error(failure.data.gaveUp);
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`The ${name} could not be started.`);
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
    message,
  };
}

async function lastLines(file: string): Promise<string> {
  const text = (await readRegular(file, { follow: true }).catch(() => '')).toString();
  return `The last lines of ${file}:\n${text.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}`;
}
