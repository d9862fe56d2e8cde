import type { MeasuredRow } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { MEASURES } from '../../schema/index.ts';
import { FACTS, FACTS_OF_NOW, unmeasuredAttempts } from './measured-facts.ts';

const NAMES = sql.raw(`array[${MEASURES.map((name) => `'${name}'`).join(',')}]`);

type Row = Omit<MeasuredRow, 'hour'> & { readonly hour: string };

/**
 * Rows: reads the measures of these hours, by measures_pkey, and adds the facts of attempts that
 * are not measured yet, by attempts_unmeasured. Both are of one snapshot, so each fact counts once.
 * Each row has the sum of one step, and the first hour of it. `endedFrom`: the ends are read from
 * here on.
 */
export async function readMeasures(
  db: Database,
  hours: {
    readonly from: Date;
    readonly to: Date;
    readonly stepMs: number;
    readonly endedFrom: Date;
  },
): Promise<readonly MeasuredRow[]> {
  const from = sql`${hours.from.toISOString()}::timestamptz`;
  const endedFrom = sql`${hours.endedFrom.toISOString()}::timestamptz`;
  const to = sql`${hours.to.toISOString()}::timestamptz`;
  const rows = await db.execute<Row>(sql`
    with due as materialized (${unmeasuredAttempts(sql``)}), facts as (
      select name, hour, part, at_most_ms, count, sum_ms from measures
        where name = any (${NAMES}) and hour >= ${from} and hour < ${to}
      union all select name, hour, part, at_most_ms, count, sum_ms from measures
        where name = 'ended' and hour >= ${endedFrom} and hour < ${from}
      union all select * from (${FACTS} union all ${FACTS_OF_NOW}) fact
        where hour >= case name when 'ended' then least(${endedFrom}, ${from}) else ${from} end
          and hour < ${to}
    )
    select name, date_bin(${hours.stepMs} * interval '1 millisecond', hour, ${from}) as hour, part,
      at_most_ms::float8 as "atMostMs", sum(count)::float8 as count,
      sum(sum_ms)::float8 as "sumMs"
    from facts group by 1, 2, 3, 4`);
  return rows.map((row) => ({ ...row, hour: new Date(row.hour) }));
}

/** Rows: reads the slots of each host. */
export async function readSlots(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.execute<{ name: string; slots: number }>(
    sql`select name, slots from render_hosts`,
  );
  return new Map(rows.map(({ name, slots }) => [name, slots]));
}
