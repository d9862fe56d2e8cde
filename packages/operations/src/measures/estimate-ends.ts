import { estimateEnd, keepEnd } from '@renderdeck/domain';
import { inTransaction } from '@renderdeck/store';
import { readRunningPaces, saveExpectedEnds } from '@renderdeck/store/extras';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';

/**
 * Estimates when each running attempt will end (domain's time-left.ts), and saves each estimate
 * that has changed clearly. So every reader shows the same time. Several processes may run it at
 * once: only one estimates.
 */
export async function estimateEnds(context: DatabaseContext): Promise<Done> {
  await inTransaction(context.db, async (tx) => {
    const running = await readRunningPaces(tx);
    const ends = running.flatMap(({ attemptId, pace, expectedEndAt, at }) => {
      const endAt = keepEnd(expectedEndAt, estimateEnd(pace, at), at);
      return endAt?.getTime() === expectedEndAt?.getTime() ? [] : [{ attemptId, endAt }];
    });
    await saveExpectedEnds(tx, ends);
  });
  return DONE;
}
