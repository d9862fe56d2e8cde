import type { WorkerConfig } from './config.ts';
import type { RunningAttempt } from './running-attempts.ts';

const LOOK_EVERY_MS = 1000;

/** Ends an attempt that says nothing of its composition for too long, or renders no frame for too long. Gives the function that ends the watch. */
export function watchLimits(config: Pick<WorkerConfig, 'launchLimitMs' | 'stallLimitMs'>, attempt: RunningAttempt): () => void {
  let seen = '';
  let since = performance.now();
  const timer = setInterval(() => {
    const { phase, frame, percent } = attempt.progress;
    const now = `${phase} ${frame} ${percent}`;
    if (now !== seen) {
      seen = now;
      since = performance.now();
      return;
    }
    const quietMs = performance.now() - since;
    if (phase === 'launching' && quietMs > config.launchLimitMs) {
      const sentence = `After Effects did not start the composition within ${config.launchLimitMs / 1000} s (launch limit).`;
      attempt.why.give({ kind: 'overLimit', sentence });
    }
    if (phase === 'rendering' && quietMs > config.stallLimitMs) {
      const sentence = `No frame was rendered for ${config.stallLimitMs / 1000} s (stall limit).`;
      attempt.why.give({ kind: 'overLimit', sentence });
    }
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
