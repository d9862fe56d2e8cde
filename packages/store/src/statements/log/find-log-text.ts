import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attemptLog } from '../../schema/index.ts';

export type LogTextRow = Omit<typeof attemptLog.$inferSelect, 'attemptId'> & {
  /** The byte of the log at which the chunk starts. */
  readonly start: number;
};

/** Rows: adds up the bytes of an attempt's log, by primary key. */
export async function sumLogBytes(db: Database, attemptId: string): Promise<number> {
  const [sum] = await db
    .select({ bytes: sql<number>`coalesce(sum(${attemptLog.bytes}), 0)::float8` })
    .from(attemptLog)
    .where(eq(attemptLog.attemptId, attemptId));
  return sum?.bytes ?? 0;
}

/**
 * Rows: reads the chunks with the bytes from `from` on: all chunks that begin within `most` bytes,
 * but at most 2000. Order: by chunk, by primary key. New chunks come after all others of their
 * attempt, so the place of a chunk never changes.
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
