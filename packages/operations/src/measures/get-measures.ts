import {
  type FailureReason,
  groupFailures,
  type MeasureRange,
  type Measures,
  type QueueSeries,
  queueSpanOf,
  queueSteps,
  spanOf,
  summariseMeasures,
} from '@renderdeck/domain';
import { inSnapshot, readClock } from '@renderdeck/store';
import {
  readFailures,
  readMeasures,
  readQueueNow,
  readQueueSamples,
  readSlots,
  readUsualWaiting,
  readWaitingTimes,
} from '@renderdeck/store/extras';
import type { DatabaseContext } from '../operation-context.ts';

const MOST_REASONS = 5;

export type FarmMeasures = Measures & {
  readonly at: Date;
  readonly queue: QueueSeries;
  /** Why jobs failed: the most frequent reasons, with their hosts. */
  readonly reasons: readonly FailureReason[];
};

/** What the farm did in a range that ends with the current hour, as far as it is known now. */
export async function getMeasures(
  context: DatabaseContext,
  input: { readonly range: MeasureRange },
): Promise<FarmMeasures> {
  const { range } = input;
  return await inSnapshot(context.db, async (tx) => {
    const at = await readClock(tx);
    const span = spanOf(range, at);
    const [rows, waiting, slots, failed] = await Promise.all([
      readMeasures(tx, { ...span, endedFrom: spanOf('7d', at).from }),
      readWaitingTimes(tx, at),
      readSlots(tx),
      readFailures(tx, span.from),
    ]);
    const [now, sampled, usual] = await Promise.all([
      readQueueNow(tx),
      readQueueSamples(tx, range, at),
      readUsualWaiting(tx, at),
    ]);
    return {
      at,
      ...summariseMeasures(range, at, [...rows, ...waiting], slots),
      queue: {
        ...now,
        usual,
        stepMs: queueSpanOf(range, at).stepMs,
        steps: queueSteps(range, at, sampled),
      },
      reasons: groupFailures(failed, MOST_REASONS),
    };
  });
}
