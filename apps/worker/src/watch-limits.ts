import type { WorkerConfig } from './config.ts';
import type { RunningAttempt } from './running-attempts.ts';

const LOOK_EVERY_MS = 1000;

/**
 * Ends an attempt that says nothing of its composition for too long, renders no frame for too long, or takes too long in all: by the job's own
 * limits, else by the host's. Gives the function that ends the watch.
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
  let seen = '';
  let since = startedAt;
  const over = (sentence: string) => attempt.end.trigger({ kind: 'overLimit', sentence });
  const timer = setInterval(() => {
    const now = performance.now();
    if (totalMs !== null && now - startedAt > totalMs)
      over(`The render took longer than ${totalMs / 1000} s in all (total limit).`);
    const { phase, frame, percent } = attempt.progress;
    const looks = `${phase} ${frame} ${percent}`;
    if (looks !== seen) {
      seen = looks;
      since = now;
      return;
    }
    if (phase === 'launching' && now - since > launchMs) {
      over(
        `After Effects did not start the composition within ${launchMs / 1000} s (launch limit).`,
      );
    }
    if (phase === 'rendering' && now - since > stallMs)
      over(`No frame was rendered for ${stallMs / 1000} s (stall limit).`);
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
