import { constants } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NotRegular, openRegular, startSelf } from '@renderdeck/render-host';
import { END_SIGNALS } from '../daemon/end-request.ts';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** A daemon that ran this long started well, so the next pause is the shortest again. */
const RAN_WELL_MS = 60_000;
const LARGEST_LOG = 20_000_000;

/**
 * Runs the daemon as a child process and starts it again each time it fails: after 1 s, 2 s, 4 s …
 * 60 s. Returns when the daemon has ended in order, as after `worker stop`. A signal to this
 * process, or the end of this process, asks the daemon to end in order. Returns a sentence when the
 * daemon then failed, or when the log is no regular file.
 */
export async function keep(logFile: string): Promise<string | null> {
  try {
    return await keepRunning(logFile);
  } catch (cause) {
    if (cause instanceof NotRegular) return `${cause.message}.`;
    throw cause;
  }
}

async function keepRunning(logFile: string): Promise<string | null> {
  const stopping = new AbortController();
  for (const signal of END_SIGNALS) process.on(signal, () => stopping.abort());
  await mkdir(dirname(logFile), { recursive: true });
  let pauseMs = 0;
  while (!stopping.signal.aborted) {
    await moveLargeLog(logFile);
    const startedAt = performance.now();
    const daemon = startSelf([], logFile);
    stopping.signal.addEventListener('abort', daemon.disconnect);
    const { code, signal } = await daemon.ended;
    stopping.signal.removeEventListener('abort', daemon.disconnect);
    if (code === 0) return null;
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    if (stopping.signal.aborted) return `The worker ended ${how}.`;
    if (performance.now() - startedAt >= RAN_WELL_MS) pauseMs = 0;
    pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    const line = `The worker ended ${how}. It is started again in ${pauseMs / 1000} s.`;
    await append(logFile, `${new Date().toISOString()} ${line}\n`);
    await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
  return null;
}

async function append(path: string, text: string): Promise<void> {
  const { O_WRONLY, O_CREAT, O_APPEND } = constants;
  const file = await openRegular(path, { flags: O_WRONLY | O_CREAT | O_APPEND, follow: true });
  await file.writeFile(text).finally(() => file.close());
}

/** Keeps one earlier log. Renames the file only while no daemon writes into it. */
async function moveLargeLog(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  // A log that cannot be moved because a program reads it grows on.
  if (found !== null && found.size > LARGEST_LOG)
    await rename(path, `${path}.1`).catch(() => undefined);
}
