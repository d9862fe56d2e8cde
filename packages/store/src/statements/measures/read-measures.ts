import type { MeasuredRow } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { FACTS, FACTS_OF_NOW, unmeasuredAttempts } from './measured-facts.ts';

type Row = Omit<MeasuredRow, 'hour'> & { readonly hour: string };

/**
 * Rows: reads the measures of these hours, by measures_pkey, and adds the facts of attempts that
 * are not measured yet, by attempts_unmeasured. Both are of one snapshot, so each fact counts once.
 */
export async function readMeasures(
  db: Database,
  hours: { readonly from: Date; readonly to: Date },
): Promise<readonly MeasuredRow[]> {
  const rows = await db.execute<Row>(sql`
    with due as materialized (${unmeasuredAttempts(sql``)}), facts as (
      select name, hour, part, at_most_ms, count, sum_ms from measures
      union all ${FACTS} union all ${FACTS_OF_NOW}
    )
    select name, hour, part, at_most_ms::float8 as "atMostMs", sum(count)::float8 as count,
      sum(sum_ms)::float8 as "sumMs"
    from facts
    where hour >= ${hours.from.toISOString()}::timestamptz
      and hour < ${hours.to.toISOString()}::timestamptz
    group by 1, 2, 3, 4`);
  return rows.map((row) => ({ ...row, hour: new Date(row.hour) }));
}

/** Rows: reads the slots of each host. */
export async function readSlots(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.execute<{ name: string; slots: number }>(
    sql`select name, slots from render_hosts`,
  );
  return new Map(rows.map(({ name, slots }) => [name, slots]));
}
