import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { limitsOf, pauseBetweenLooks, type StallWatch, watchForStall } from '@renderdeck/domain';
import type { Render } from '@renderdeck/render-host';
import { runPeriodically } from './loops/run-periodically.ts';
import type { RunningAttempt } from './running-attempts.ts';
import type { Worker } from './worker.ts';

/** The files are measured at every fifth look, and before an attempt is ended. */
const LOOKS_PER_MEASURE = 5;
/** A disk that does not answer delays no decision for longer. */
const MEASURE_WITHIN_MS = 5000;

/**
 * Ends an attempt that is over one of its limits: in a phase that moves nothing for too long, or in
 * all (domain's stall-watch.ts). Gives the function that stops the checks.
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
    // The files that an earlier phase wrote are no movement of the new one.
    if (watch?.phase !== attempt.progress.phase) await files.measureAnew();
    let now = seen();
    if (now.over !== null) {
      // What the render sent while this daemon stood still is read first.
      await Promise.all([nextTurn(), files.measureAnew()]);
      now = seen();
    } else if (files.ageMs() > measureEveryMs) void files.measure();
    watch = now.watch;
    if (now.over !== null) attempt.end.trigger({ kind: 'overLimit', ...now.over });
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

/** Measures what the files of a render show, one time after the other. */
function measurer(attempt: RunningAttempt, render: Render) {
  let measuring: Promise<void> | null = null;
  let measuredAt = Number.NEGATIVE_INFINITY;
  const files = {
    ageMs: () => performance.now() - measuredAt,
    measure(): Promise<void> {
      measuring ??= render
        .measure()
        .then((moved) => {
          attempt.moved = { ...attempt.moved, ...moved };
          measuredAt = performance.now();
        })
        .finally(() => {
          measuring = null;
        });
      return measuring;
    },
    /** Resolves with sizes from after this call, or without them when the disk does not answer. */
    async measureAnew(): Promise<void> {
      const anew = (measuring ?? Promise.resolve()).then(() => files.measure());
      await Promise.race([anew, delay(MEASURE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
  return files;
}
