import { signOffHost } from '@renderdeck/operations';
import type { HostHealth } from './host-health.ts';
import type { Loop } from './loops/run-periodically.ts';
import type { Worker } from './worker.ts';

type Running = {
  readonly health: HostHealth;
  readonly claim: Loop;
  readonly lease: Loop & { runNow(): void };
  readonly others: readonly Loop[];
};

/**
 * Stops claiming, ends every render and gives its job back, then signs off. A render that publishes
 * may finish, and one that ends keeps its grace period, until `skipGrace` or the drain limit ends
 * both. After that each report is tried only once more.
 */
export async function shutDown(
  worker: Worker,
  { health, claim, lease, others }: Running,
  skipGrace: AbortSignal,
): Promise<void> {
  const { attempts, config, context, log, selfCheck, shutdownDeadline } = worker;
  health.draining = true;
  const endGraces = () => {
    for (const attempt of attempts.all()) {
      attempt.end.trigger({ kind: 'shutDown' });
      attempt.skipGrace.abort();
    }
    shutdownDeadline.abort();
  };
  const limit = setTimeout(endGraces, config.drainLimitMs);
  skipGrace.addEventListener('abort', endGraces);
  lease.runNow();
  await claim.stop();
  const checked = selfCheck.stop();
  for (const attempt of attempts.all()) attempt.drain();
  if (skipGrace.aborted) endGraces();
  // The lease loop runs until then, so a cancel during the drain still reaches its attempt.
  await Promise.all([attempts.whenEmpty(), checked]);
  clearTimeout(limit);
  await Promise.all([lease, ...others].map((loop) => loop.stop()));
  await signOffHost(context).catch((error: unknown) =>
    log.warn({ err: error }, 'the end of this worker is not on record'),
  );
}
