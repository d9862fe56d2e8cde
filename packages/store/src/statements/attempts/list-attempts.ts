import { type AttemptOutcome, type AttemptState, decideAttemptState } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { isRunningJob } from '../../schema/columns.ts';

export type ListedAttempt = {
  readonly jobId: string;
  readonly number: number;
  readonly name: string;
  readonly host: string;
  readonly state: AttemptState;
  /** As ISO 8601 text. */
  readonly from: string;
  /** Null while the attempt runs. */
  readonly to: string | null;
};
type Row = Omit<ListedAttempt, 'state'> & {
  readonly outcome: AttemptOutcome | null;
  readonly isProven: boolean;
};

/**
 * Rows: reads the attempts that ended from `from` until before `to`, by attempts_ended, and those
 * that run and began before `to`, by jobs_running, each with the name of its job by primary key.
 * Order: the latest end first; those that run come first. Gives at most `most`.
 */
export async function listAttempts(
  db: Database,
  { from, to, most }: { readonly from: Date; readonly to: Date; readonly most: number },
): Promise<readonly ListedAttempt[]> {
  const before = sql`${to.toISOString()}::timestamptz`;
  const rows = await db.execute<Row>(sql`
    select a.job_id as "jobId", a.number, j.name, a.host, a.outcome,
      a.confirmed_at is not null as "isProven",
      wire_time(a.created_at) as "from", wire_time(a.ended_at) as "to"
    from (
      (select a.job_id, a.number, a.host, a.outcome, a.confirmed_at, a.created_at, a.ended_at
        from jobs j join attempts a on a.id = j.attempt_id
        where ${isRunningJob('j')} and a.ended_at is null and a.created_at < ${before})
      union all
      (select job_id, number, host, outcome, confirmed_at, created_at, ended_at from attempts
        where ended_at >= ${from.toISOString()}::timestamptz and ended_at < ${before}
        order by ended_at desc limit ${most})
    ) a cross join lateral (select name from jobs where id = a.job_id limit 1) j
    order by a.ended_at desc nulls first limit ${most}`);
  return rows.map(({ outcome, isProven, ...attempt }) => ({
    ...attempt,
    state: decideAttemptState({ outcome, isProven }),
  }));
}
