import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { limitsOf, pauseBetweenLooks, type StallWatch, watchForStall } from '@renderdeck/domain';
import type { Render } from '@renderdeck/render-host';
import { runPeriodically } from '../loops/run-periodically.ts';
import type { Worker } from '../worker.ts';
import type { RunningAttempt } from './running-attempts.ts';

/** The files are measured at every fifth check, and before an attempt is ended. */
const LOOKS_PER_MEASURE = 5;
/** A disk that does not answer delays a decision by at most this time. */
const MEASURE_WITHIN_MS = 5000;
/** Measuring many files takes at most this share of the time. */
const MEASURING_SHARE = 1 / 20;
const MOST_NAMED = 3;

/**
 * Ends an attempt that is over one of its limits: a phase has moved nothing for too long, or the
 * whole attempt takes too long (stall-watch.ts of domain). Returns the function that stops the
 * checks.
 */
export function watchLimits(
  { config, log }: Pick<Worker, 'config' | 'log'>,
  attempt: RunningAttempt,
  render: Render,
): () => void {
  const limits = limitsOf(config.limits, attempt.job.limits);
  const everyMs = pauseBetweenLooks(limits);
  const measureEveryMs = LOOKS_PER_MEASURE * everyMs;
  const files = measurer(attempt, render);
  let watch: StallWatch | null = null;
  let lookedAt = performance.now();

  const look = async () => {
    const at = performance.now();
    const elapsedMs = at - lookedAt;
    lookedAt = at;
    const seen = () =>
      watchForStall(watch, { ...whatMoved(attempt), elapsedMs }, { limits, everyMs });
    // The files of an earlier phase are no movement of the new phase. Before the first phase there
    // are none.
    if (watch !== null && watch.phase !== attempt.progress.phase) await files.measureAgain();
    let now = seen();
    if (now.over !== null) {
      // First reads the messages that the render sent while this daemon stood still.
      await Promise.all([nextTurn(), files.measureAgain()]);
      now = seen();
    } else if (files.isOld(measureEveryMs)) void files.measure();
    watch = now.watch;
    if (now.over === null) return;
    const sentence = `${now.over.sentence}${await nameSilentSources(attempt, render)}`;
    attempt.end.trigger({ kind: 'overLimit', ...now.over, sentence });
  };

  const loop = runPeriodically(everyMs, look, (error) =>
    log.error({ err: error, attempt: attempt.job.attemptId }, 'the limits were not checked'),
  );
  return () => void loop.stop();
}

function whatMoved({ progress, moved, openQuestions }: RunningAttempt) {
  const { phase, frame } = progress;
  const frames = frame === null ? {} : { frames: { amount: frame + 1, text: `frame ${frame}` } };
  return { phase, isWaiting: openQuestions > 0, moved: { ...moved, ...frames } };
}

/** While sources are downloaded, names the sources of which no byte has arrived. */
async function nameSilentSources(
  { progress: { phase } }: RunningAttempt,
  render: Render,
): Promise<string> {
  if (phase !== 'downloading') return '';
  const silent = await Promise.race([render.silentSources(), delay(MEASURE_WITHIN_MS, [])]);
  const named = silent.slice(0, MOST_NAMED).join(', ');
  const more = silent.length > MOST_NAMED ? ` and ${silent.length - MOST_NAMED} more` : '';
  return silent.length === 0 ? '' : ` Nothing came from ${named}${more}.`;
}

/** Measures the files of a render, one measurement after the other. */
function measurer(attempt: RunningAttempt, render: Render) {
  let measuring: Promise<void> | null = null;
  let measuredAt = performance.now();
  let tookMs = 0;
  const measureOnce = async () => {
    const startedAt = performance.now();
    const moved = await render.measure();
    attempt.moved = { ...attempt.moved, ...moved };
    measuredAt = performance.now();
    tookMs = measuredAt - startedAt;
  };
  const files = {
    isOld: (afterMs: number) =>
      performance.now() - measuredAt > Math.max(afterMs, tookMs / MEASURING_SHARE),
    measure(): Promise<void> {
      measuring ??= measureOnce().finally(() => {
        measuring = null;
      });
      return measuring;
    },
    /** Resolves with sizes measured after this call; without them when the disk does not answer. */
    async measureAgain(): Promise<void> {
      const measured = (measuring ?? Promise.resolve()).then(() => files.measure());
      await Promise.race([measured, delay(MEASURE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
  return files;
}
