import type { LogChunk, LogPlace } from '@renderdeck/domain';
import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { attemptLog, attempts } from '../../schema/index.ts';

/** `lastSeq`: the last chunk of the attempt's log; null if the log is empty. */
export type LogEnd = { readonly attemptId: string; readonly lastSeq: number | null };

const readEnds = prepare<LogEnd>(
  () => sql`
    select id as "attemptId",
      (select max(seq) from attempt_log where attempt_id = followed.id) as "lastSeq"
    from unnest(${sql.placeholder('ids')}::uuid[]) as followed (id)`,
);

/** Rows: reads the last chunk of each of these attempts, by primary key. Order: as given. */
export function findLogEnds(
  db: Database,
  attemptIds: readonly string[],
): Promise<readonly LogEnd[]> {
  return readEnds(db, { ids: `{${attemptIds.join()}}` });
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
