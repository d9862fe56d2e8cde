import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

export type ForecastRow = {
  readonly tags: string;
  readonly slots: number;
  readonly edges: readonly number[];
  readonly starts: readonly (number | null)[];
  readonly earliest: readonly (number | null)[];
  readonly latest: readonly (number | null)[];
};

/**
 * Rows: replaces queue_forecasts by these rows. The caller has the work lock of estimates.
 */
export async function saveForecast(
  tx: Database,
  madeAt: Date,
  rows: readonly ForecastRow[],
): Promise<void> {
  await tx.execute(sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (tags text,
        slots int, edges int[], starts int[], earliest int[], latest int[])
    ), gone as (
      delete from queue_forecasts where tags not in (select tags from given)
    )
    insert into queue_forecasts as f (tags, made_at, slots, edges, starts, earliest, latest)
    select tags, ${madeAt.toISOString()}::timestamptz, slots, edges, starts, earliest, latest
    from given
    on conflict (tags) do update set made_at = excluded.made_at, slots = excluded.slots,
      edges = excluded.edges, starts = excluded.starts, earliest = excluded.earliest,
      latest = excluded.latest`);
}
