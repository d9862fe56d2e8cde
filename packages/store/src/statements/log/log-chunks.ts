import type { LogChunk, LogPlace } from '@renderdeck/domain';
import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import { LOGS_CHANNEL } from '../../channels.ts';
import type { Database } from '../../database.ts';
import { attemptLog, attempts } from '../../schema/index.ts';

/**
 * Rows: inserts chunks of an attempt's output, numbered by its worker, and notifies, in one
 * statement. A chunk that already exists stays unchanged, because a worker may send a chunk twice.
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

export type LogRow = LogChunk & LogPlace & { readonly at: Date };

/**
 * Rows: reads the chunks of a job's attempts after a place, or only those of the attempt `only`.
 * Order: by attempt, by attempts_number, then by chunk, by primary key.
 */
export async function findLogChunks(
  db: Database,
  jobId: string,
  {
    from,
    only,
    limit,
  }: { readonly from: LogPlace; readonly only: number | null; readonly limit: number },
): Promise<readonly LogRow[]> {
  const { number } = attempts;
  const { seq, at, stream, lines } = attemptLog;
  return await db
    .select({ attempt: number, seq, at, stream, lines })
    .from(attempts)
    .innerJoin(attemptLog, eq(attemptLog.attemptId, attempts.id))
    .where(
      and(
        eq(attempts.jobId, jobId),
        or(gt(number, from.attempt), and(eq(number, from.attempt), gt(seq, from.seq))),
        only === null ? undefined : eq(number, only),
      ),
    )
    .orderBy(asc(number), asc(seq))
    .limit(limit);
}
