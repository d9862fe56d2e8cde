import type { WorkerConfig } from './config.ts';
import type { RunningAttempt } from './running-attempts.ts';

const CHECK_EVERY_MS = 1000;

/**
 * Ends an attempt that does not start its composition, renders no frame, or takes too long in all.
 * The job's limits apply, else the host's. Gives the function that stops the checks.
 */
export function watchLimits(
  config: Pick<WorkerConfig, 'launchLimitMs' | 'stallLimitMs' | 'totalLimitMs'>,
  attempt: RunningAttempt,
): () => void {
  const {
    launchMs = config.launchLimitMs,
    stallMs = config.stallLimitMs,
    totalMs = config.totalLimitMs,
  } = attempt.job.limits;
  const startedAt = performance.now();
  let lastProgress = '';
  let progressAt = startedAt;
  const over = (sentence: string) => attempt.end.trigger({ kind: 'overLimit', sentence });
  const timer = setInterval(() => {
    const now = performance.now();
    if (totalMs !== null && now - startedAt > totalMs)
      over(`The render took longer than ${totalMs / 1000} s in all (total limit).`);
    const { phase, frame, percent } = attempt.progress;
    const progress = `${phase} ${frame} ${percent}`;
    if (progress !== lastProgress) {
      lastProgress = progress;
      progressAt = now;
      return;
    }
    if (phase === 'launching' && now - progressAt > launchMs) {
      over(
        `After Effects did not start the composition within ${launchMs / 1000} s (launch limit).`,
      );
    }
    if (phase === 'rendering' && now - progressAt > stallMs)
      over(`No frame was rendered for ${stallMs / 1000} s (stall limit).`);
  }, CHECK_EVERY_MS);
  return () => clearInterval(timer);
}
