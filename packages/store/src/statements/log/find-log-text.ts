import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attemptLog } from '../../schema/index.ts';

export type LogTextRow = Omit<typeof attemptLog.$inferSelect, 'attemptId'> & {
  /** The byte of the log at which it starts. */
  readonly start: number;
};

/** Rows: sums the bytes of an attempt's log, by primary key. */
export async function sumLogBytes(db: Database, attemptId: string): Promise<number> {
  const [sum] = await db
    .select({ bytes: sql<number>`coalesce(sum(${attemptLog.bytes}), 0)::float8` })
    .from(attemptLog)
    .where(eq(attemptLog.attemptId, attemptId));
  return sum?.bytes ?? 0;
}

/**
 * Rows: reads the chunks that hold the bytes from `from` on, as many as begin within `most` bytes
 * and at most 2000. Order: by chunk, by primary key. A chunk is added after all others of its
 * attempt, so its place never changes.
 */
export async function findLogText(
  db: Database,
  attemptId: string,
  { from, most }: { readonly from: number; readonly most: number },
): Promise<readonly LogTextRow[]> {
  const { seq, at, stream, lines, bytes } = attemptLog;
  const placed = db
    .select({
      ...{ seq, at, stream, lines, bytes },
      start: sql<number>`(sum(${bytes}) over (order by ${seq}) - ${bytes})::float8`.as('start'),
    })
    .from(attemptLog)
    .where(eq(attemptLog.attemptId, attemptId))
    .as('placed');
  return await db
    .select()
    .from(placed)
    .where(sql`${placed.start} + ${placed.bytes} > ${from} and ${placed.start} < ${from + most}`)
    .orderBy(asc(placed.seq))
    .limit(2000);
}
