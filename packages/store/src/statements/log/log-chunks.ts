import type { LogChunk } from '@renderdeck/domain';
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { LOGS_CHANNEL } from '../../channels.ts';
import type { Database } from '../../connect.ts';
import { attemptLog } from '../../schema/index.ts';

/**
 * Rows: inserts chunks of an attempt's output, numbered by its worker, and notifies, in one
 * statement. A chunk that exists already stays as it is, because a worker may send one twice.
 */
export async function insertLogChunks(
  db: Database,
  attemptId: string,
  chunks: readonly LogChunk[],
): Promise<void> {
  if (chunks.length === 0) return;
  const inserted = db
    .insert(attemptLog)
    .values(chunks.map((chunk) => ({ attemptId, ...chunk })))
    .onConflictDoNothing()
    .getSQL();
  await db.execute(sql`
    with inserted as (${inserted}) select pg_notify(${LOGS_CHANNEL}, ${attemptId})`);
}

/** Rows: reads the chunks after a number. Order: by number, by primary key. */
export async function findLogChunks(db: Database, attemptId: string, after: number, limit: number) {
  return await db
    .select()
    .from(attemptLog)
    .where(and(eq(attemptLog.attemptId, attemptId), gt(attemptLog.seq, after)))
    .orderBy(asc(attemptLog.seq))
    .limit(limit);
}
