import { signOffHost } from '@renderdeck/operations';
import type { HostHealth } from '../host/host-health.ts';
import type { Loop } from '../loops/run-periodically.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Worker } from '../worker.ts';

type Running = {
  readonly health: HostHealth;
  readonly claim: Loop;
  readonly lease: Loop & { runNow(): void };
  readonly others: readonly Loop[];
};

export type HowToEnd = {
  /** Until this is aborted, renders may run to their end. */
  readonly stop: AbortSignal;
  /** When this is aborted, every grace period ends. */
  readonly skipGrace: AbortSignal;
};

/**
 * Stops claiming. Lets every render finish until `stop` is aborted. Then it ends each render, gives
 * the job back and signs off. Returns how many jobs it gave back. A render that publishes may
 * finish, and a render that ends keeps its grace period, until `skipGrace` or the drain limit ends
 * both. After that, each report is tried only once more.
 */
export async function shutDown(
  worker: Worker,
  { health, claim, lease, others }: Running,
  { stop, skipGrace }: HowToEnd,
): Promise<number> {
  const { attempts, config, context, log, hostChecker, shutdownDeadline } = worker;
  health.ending = true;
  const endGraces = () => {
    for (const attempt of attempts.all()) {
      attempt.end.trigger({ kind: 'shutDown' });
      attempt.skipGrace.abort();
    }
    shutdownDeadline.abort();
  };
  let limit: NodeJS.Timeout | undefined;
  const startLimit = () => {
    limit ??= setTimeout(endGraces, config.drainLimitMs);
  };
  const stopped = untilAborted(stop).then(startLimit);
  skipGrace.addEventListener('abort', endGraces);
  lease.runNow();
  await claim.stop();
  const running = attempts.all();
  await Promise.race([attempts.whenEmpty(), stopped]);
  startLimit();
  const checked = hostChecker.stop();
  for (const attempt of attempts.all()) attempt.drain();
  if (skipGrace.aborted) endGraces();
  // The lease loop runs until this ends, so a cancel during the drain still reaches its attempt.
  await Promise.all([attempts.whenEmpty(), checked]);
  clearTimeout(limit);
  await Promise.all([lease, ...others].map((loop) => loop.stop()));
  await signOffHost(context).catch((error: unknown) =>
    log.warn({ err: error }, 'the end of this worker is not on record'),
  );
  return running.filter(({ end }) => end.reason?.kind === 'shutDown').length;
}
