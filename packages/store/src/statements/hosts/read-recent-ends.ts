import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** The length of a step of time in which ends are counted. */
export const ENDS_STEP_MS = 600_000;

/** How many attempts of a host ended in one step of time, by how they ended. */
export type EndCounts = {
  readonly done: number;
  readonly failed: number;
  readonly stopped: number;
};
export type RecentEnds = {
  /** The number of the current step. */
  readonly now: number;
  readonly ends: readonly (EndCounts & { readonly host: string; readonly step: number })[];
};

/**
 * Rows: counts the ends of attempts in the steps from `oldest` to `newest` steps ago, by
 * attempts_ended. The current step is 0 steps ago; it is not over.
 */
export async function readRecentEnds(
  db: Database,
  { oldest, newest }: { readonly oldest: number; readonly newest: number },
): Promise<RecentEnds> {
  const stepS = ENDS_STEP_MS / 1000;
  // statement_timestamp(), because an index finds no time that changes within the statement.
  const start = (ago: number) =>
    sql`to_timestamp((floor(extract(epoch from statement_timestamp()) / ${stepS}::int)
      - ${ago}::int) * ${stepS}::int)`;
  const [row] = await db.execute<RecentEnds>(sql`
    select floor(extract(epoch from statement_timestamp()) / ${stepS}::int)::int as now,
      coalesce((select json_agg(counted) from (
        select host, floor(extract(epoch from ended_at) / ${stepS}::int)::int as step,
          count(*) filter (where outcome = 'completed')::int as done,
          count(*) filter (where outcome = 'failed')::int as failed,
          count(*) filter (where outcome = 'stopped')::int as stopped
        from attempts where ended_at >= ${start(oldest)} and ended_at < ${start(newest - 1)}
        group by 1, 2) counted), '[]'::json) as ends`);
  if (row === undefined) throw new Error('the query for the ends of attempts returned no row');
  return row;
}
