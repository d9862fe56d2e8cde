import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type DaemonStopResult,
  decideAsking,
  decideStopWait,
  placeNote,
  type SeenWorker,
  STOP_EXIT_CODES,
  type StopDemand,
} from '@renderdeck/domain';
import { isSameProcess, readHostFacts } from '@renderdeck/render-host';
import type { WorkerConfig } from '../config.ts';
import { type DaemonFiles, type DaemonNote, openDaemonFiles } from '../daemon/daemon-files.ts';
import { errorMessage } from '../error-message.ts';

const LOOK_EVERY_MS = 250;
/** On two systems, looking for a process starts a program, so this happens less often. */
const LOOK_FOR_PROCESS_EVERY_MS = 1000;

/** Without `--drain`, the daemon ends its renders within its drain limit. The wait is longer. */
const MORE_THAN_DRAIN_LIMIT_MS = 30_000;

type ExplainedResult = { readonly result: DaemonStopResult; readonly sentence: string };

/**
 * The command `worker stop`. Sets the exit code of the result. Returns a sentence when the daemon
 * has not ended, null when it has.
 */
export async function stop(
  { scratchRoot, drainLimitMs }: Pick<WorkerConfig, 'scratchRoot' | 'drainLimitMs'>,
  { drain, timeout }: { readonly drain: boolean; readonly timeout?: string },
  print: (line: string) => void,
): Promise<string | null> {
  const seconds = timeout === undefined ? null : Number(timeout);
  if (seconds !== null && !(seconds > 0)) return '--timeout is a number of seconds above 0.';
  const limitMs = drain ? Number.POSITIVE_INFINITY : drainLimitMs + MORE_THAN_DRAIN_LIMIT_MS;
  const asked = {
    demand: drain ? 'drain' : 'stop',
    withinMs: seconds === null ? limitMs : seconds * 1000,
  } as const;
  const explained = await stopWorker(scratchRoot, asked, print).catch(explainNoAccess);
  if (typeof explained === 'string') return explained;
  const { result, sentence } = explained;
  process.exitCode = STOP_EXIT_CODES[result];
  if (result !== 'ended') return sentence;
  print(sentence);
  return null;
}

/** For a command that goes on when no worker runs: as `stop`, and none is no failure. */
export async function stopIfRunning(
  config: Pick<WorkerConfig, 'scratchRoot' | 'drainLimitMs'>,
  options: { readonly drain: boolean },
  print: (line: string) => void,
): Promise<string | null> {
  const notEnded = await stop(config, options, print);
  const { noWorker, died } = STOP_EXIT_CODES;
  if (notEnded !== null && process.exitCode !== noWorker && process.exitCode !== died)
    return notEnded;
  process.exitCode = undefined;
  return null;
}

/** Whether a daemon runs on this scratch root, and was not asked to end. */
export async function isRunning(scratchRoot: string): Promise<boolean> {
  const daemon = await findDaemon(scratchRoot);
  return daemon?.note.state === 'runs' && (await daemon.look()) === 'runs';
}

/** The last daemon of a scratch root. Null if there was none. */
async function findDaemon(scratchRoot: string) {
  // Only a worker may create these folders.
  const found = await lstat(join(scratchRoot, '.host')).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return null;
  const files = await openDaemonFiles(scratchRoot);
  const note = await files.readNote();
  return note === null ? null : { files, note, look: await lookFor(note) };
}

/**
 * Asks the daemon of a scratch root to end and waits for its end, at most `withinMs`. The request
 * remains even if this process is killed.
 */
async function stopWorker(
  scratchRoot: string,
  { demand, withinMs }: { readonly demand: StopDemand; readonly withinMs: number },
  print: (line: string) => void,
): Promise<ExplainedResult> {
  const none = { result: 'noWorker', sentence: `No worker runs on ${scratchRoot}.` } as const;
  const daemon = await findDaemon(scratchRoot);
  if (daemon === null) return none;
  const { files, note, look } = daemon;
  const result = decideAsking({ state: note.state, process: await look() });
  if (result !== null) return none;
  await files.ask(demand, note.run);
  return await waitForEnd(files, note, look, { demand, withinMs }, print);
}

async function waitForEnd(
  files: DaemonFiles,
  asked: DaemonNote,
  look: () => Promise<SeenWorker['process']>,
  { demand, withinMs }: { readonly demand: StopDemand; readonly withinMs: number },
  print: (line: string) => void,
): Promise<ExplainedResult> {
  const askedAt = performance.now();
  let process: SeenWorker['process'] = 'unknown';
  let lookedAt = Number.NEGATIVE_INFINITY;
  let printed = '';
  for (;;) {
    const now = performance.now();
    if (now - lookedAt >= LOOK_FOR_PROCESS_EVERY_MS) {
      process = await look();
      lookedAt = now;
    }
    // Read after the process was looked for, so that it contains all that an ended daemon wrote.
    const note = (await files.readNote()) ?? asked;
    if (note.run !== asked.run) return conclude('another', note);
    const line = `The worker (process ${note.pid}) ${describe(note)}.`;
    if (line !== printed && note.state !== 'runs' && note.state !== 'ended') print(line);
    printed = line;
    // A daemon that wrote its end counts as ended only after one more look at its process.
    if (note.state === 'ended' && process === 'runs') process = await look();
    const waitedMs = now - askedAt;
    const result = decideStopWait({ state: note.state, process }, { demand, waitedMs, withinMs });
    if (result !== null) return conclude(result, note);
    await delay(LOOK_EVERY_MS);
  }
}

/** Returns a function that looks whether the process of this note runs. */
async function lookFor(note: DaemonNote): Promise<() => Promise<SeenWorker['process']>> {
  const place = placeNote(note, await readHostFacts());
  return async () => {
    if (place !== 'here') return place;
    return (await isSameProcess(note)) ? 'runs' : 'gone';
  };
}

function describe({ state, renders }: DaemonNote): string {
  const running = renders === 1 ? '1 render runs' : `${renders} renders run`;
  return `${state}; ${running}`;
}

function conclude(result: DaemonStopResult, note: DaemonNote): ExplainedResult {
  const worker = `The worker (process ${note.pid})`;
  const sentences: Record<DaemonStopResult, string> = {
    ended:
      note.renders === 0
        ? `${worker} has ended. It gave no job back.`
        : `${worker} has ended. It gave ${note.renders} of its jobs back, at no cost to them.`,
    noWorker: `${worker} does not run.`,
    noAnswer:
      `${worker} does not answer. It has not ended; if it is only slow or frozen, it still ends ` +
      'when it goes on. End that process by force if you must: its jobs come back when its lease ' +
      'is over.',
    stillEnds: `${worker} still ${describe(note)}. It continues to end.`,
    died:
      `${worker} died before it had ended in order. Its jobs come back when its lease is over, ` +
      'and the next worker ends what it left.',
    another: `Another worker (process ${note.pid}) has started there since and was not asked.`,
  };
  return { result, sentence: sentences[result] };
}

function explainNoAccess(error: unknown): string {
  const code = codeOf(error);
  if (code !== 'EACCES' && code !== 'EPERM') throw error;
  return (
    `The worker's folder cannot be used (${errorMessage(error)}). ` +
    'Only the user of a worker, or an administrator, may stop it.'
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
