import { type MeasureRange, type Measures, spanOf, summariseMeasures } from '@renderdeck/domain';
import { inSnapshot, readClock } from '@renderdeck/store';
import { readMeasures, readSlots } from '@renderdeck/store/extras';
import type { DatabaseContext } from '../operation-context.ts';

/** What the farm did in a range that ends with the current hour, as far as it is known now. */
export async function getMeasures(
  context: DatabaseContext,
  input: { readonly range: MeasureRange },
): Promise<Measures & { readonly at: Date }> {
  const { range } = input;
  return await inSnapshot(context.db, async (tx) => {
    const at = await readClock(tx);
    const rows = await readMeasures(tx, spanOf(range, at));
    const slots = await readSlots(tx);
    return { at, ...summariseMeasures(range, at, rows, slots) };
  });
}
