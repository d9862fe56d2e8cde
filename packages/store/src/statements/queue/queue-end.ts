import { rangeOfEmpty, roundOut, type TimeRange } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

type Row = { readonly madeAtMs: number; readonly lastS: number; readonly nowMs: number };
const read = prepare<Row>(
  () => sql`
    select extract(epoch from max(made_at))::float8 * 1000 as "madeAtMs",
      max(starts[cardinality(starts)]) as "lastS",
      extract(epoch from clock_timestamp())::float8 * 1000 as "nowMs"
    from queue_forecasts
    where made_at > clock_timestamp() - interval '30 seconds'
      and made_at < clock_timestamp() + interval '1 second'
    having bool_and(starts[cardinality(starts)] is not null) and max(cardinality(edges)) > 1`,
);

/**
 * Rows: reads when the last waiting job starts, by queue_forecasts. Null if nothing waits, or if a
 * start is not known: then some jobs may wait for ever.
 */
export async function findQueueEnd(db: Database): Promise<TimeRange | null> {
  const [row] = await read(db);
  if (row === undefined) return null;
  const { fromS, toS } = rangeOfEmpty(row.lastS);
  const at = (seconds: number) => new Date(row.madeAtMs + seconds * 1000);
  return roundOut({ from: at(fromS), to: at(toS) }, new Date(row.nowMs));
}
