import { lt, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { refusalCounts } from '../../schema/index.ts';

export type RefusalCount = Omit<typeof refusalCounts.$inferSelect, 'minute'>;

/**
 * Rows: inserts or increases this minute's counts, one row for each `who`, by primary key. Lock:
 * these rows, in the order of `who`, so that concurrent calls add up without a deadlock. Returns
 * the current `whole` counts and how much of the minute is left.
 */
export async function addRefusals(
  db: Database,
  counts: readonly RefusalCount[],
): Promise<readonly { readonly who: string; readonly whole: number; readonly leftMs: number }[]> {
  const minute = sql`date_trunc('minute', clock_timestamp())`;
  return await db
    .insert(refusalCounts)
    .values(
      counts
        .toSorted((one, other) => (one.who < other.who ? -1 : 1))
        .map((count) => ({ ...count, minute })),
    )
    .onConflictDoUpdate({
      target: [refusalCounts.minute, refusalCounts.who],
      set: {
        whole: sql`${refusalCounts.whole} + excluded.whole`,
        more: sql`(
          select coalesce(jsonb_object_agg(action, count), '{}') from (
            select key as action, sum(value::int) as count
            from (
              select * from jsonb_each_text(${refusalCounts.more})
              union all select * from jsonb_each_text(excluded.more)
            ) both_counts
            group by key
          ) summed)`,
      },
    })
    .returning({
      who: refusalCounts.who,
      whole: refusalCounts.whole,
      leftMs: sql<number>`greatest(0, extract(epoch from
        ${refusalCounts.minute} + interval '1 minute' - clock_timestamp()) * 1000)::float8`,
    });
}

/**
 * Rows: deletes and returns the counts of past minutes. Lock: the deleted rows, so if two callers
 * run at the same time, the second one waits and gets none.
 */
export async function takeRefusals(
  tx: Database,
): Promise<readonly (RefusalCount & { readonly minute: Date })[]> {
  return await tx
    .delete(refusalCounts)
    .where(lt(refusalCounts.minute, sql`date_trunc('minute', clock_timestamp())`))
    .returning();
}
