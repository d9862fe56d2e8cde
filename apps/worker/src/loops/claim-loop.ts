import { claimJob } from '@renderdeck/operations';
import { runAttempt } from '../run-attempt.ts';
import { RunningAttempt } from '../running-attempts.ts';
import type { Worker } from '../worker.ts';
import { runPeriodically } from './run-periodically.ts';

/** A new job sends a notification. If it is lost, the job waits at most this long. */
const POLL_EVERY_MS = 5000;

/**
 * Claims jobs while a slot is free and `mayClaim` gives true: after a notification, after the end
 * of an attempt, and every few seconds. Calls `onLeftovers` when an attempt left files behind.
 */
export function claimLoop(
  worker: Worker,
  mayClaim: () => Promise<boolean>,
  onLeftovers: () => void,
) {
  const loop = runPeriodically(
    POLL_EVERY_MS,
    async () => {
      while (worker.attempts.ids().length < worker.config.slots && (await mayClaim())) {
        const claimed = await claimJob(worker.context, { leaseMs: worker.config.leaseMs });
        if (!claimed.ok) return;
        const attempt = new RunningAttempt(claimed.job);
        worker.attempts.add(attempt);
        void run(attempt);
      }
    },
    (error) => worker.log.error({ err: error }, 'claim failed'),
  );

  async function run(attempt: RunningAttempt): Promise<void> {
    let leftovers = 0;
    try {
      leftovers = (await runAttempt(worker, attempt)).length;
    } catch (error) {
      worker.log.error(
        { err: error, attempt: attempt.job.attemptId },
        'attempt was dropped; its lease will run out',
      );
    } finally {
      worker.attempts.remove(attempt);
      loop.runNow();
      if (leftovers > 0) onLeftovers();
    }
  }
  return loop;
}
