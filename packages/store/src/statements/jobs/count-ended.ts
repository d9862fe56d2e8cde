import { isFinal, JOB_STATUSES, type JobStatus, MOST_COUNTED } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

const ENDED = JOB_STATUSES.filter(isFinal);

// The order is the order of the index. Without it, PostgreSQL may read every job for a status that
// no job has, if its statistics were made when few jobs had ended.
const count = prepare<Record<string, string>>(() => {
  const counts = ENDED.map(
    (status) => sql`(select count(*) from (
      select from jobs where status = ${status} and ended_at is not null
      order by status, ended_at desc nulls first, id limit ${MOST_COUNTED}
    ) counted) as ${sql.identifier(status)}`,
  );
  return sql`select ${sql.join(counts, sql`, `)}`;
});

/** Rows: counts the ended jobs by status, each up to MOST_COUNTED, by jobs_ended_with_status. */
export async function countEnded(db: Database): Promise<ReadonlyMap<JobStatus, number>> {
  const [row] = await count(db);
  return new Map(ENDED.map((status) => [status, Number(row?.[status])]));
}
