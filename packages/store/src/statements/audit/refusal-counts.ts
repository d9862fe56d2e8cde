import { lt, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { refusalCounts } from '../../schema/index.ts';

export type RefusalCount = Omit<typeof refusalCounts.$inferSelect, 'minute'>;

/**
 * Rows: one an requestContext, of this minute, made or added to. Lock: the askers' rows, in their order, so that refusals at once are counted one after the other.
 * Gives how many asked for a line of their own by now, and for how long the minute goes on.
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
            from (select * from jsonb_each_text(${refusalCounts.more}) union all select * from jsonb_each_text(excluded.more)) both_counts
            group by key
          ) summed)`,
      },
    })
    .returning({
      who: refusalCounts.who,
      whole: refusalCounts.whole,
      leftMs: sql<number>`greatest(0, extract(epoch from ${refusalCounts.minute} + interval '1 minute' - clock_timestamp()) * 1000)::float8`,
    });
}

/** Rows: those of minutes that are over, gone; gives them. Lock: of several who take at once the second waits and finds nothing. */
export async function takeRefusals(
  tx: Database,
): Promise<readonly (RefusalCount & { readonly minute: Date })[]> {
  return await tx
    .delete(refusalCounts)
    .where(lt(refusalCounts.minute, sql`date_trunc('minute', clock_timestamp())`))
    .returning();
}
