import { TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

export type JobCounts = {
  readonly rendering: number;
  readonly cancelling: number;
  readonly queued: number;
  readonly unconfirmed: number;
};

/**
 * Rows: counts the jobs that render, that are being cancelled, that wait, and that were cancelled
 * without a proof from their host. By jobs_leased, jobs_queue and attempts_unconfirmed.
 */
export async function countJobs(db: Database): Promise<JobCounts> {
  const [row] = await db.execute<Record<keyof JobCounts, string>>(sql`
    select
      (select count(*) from jobs where lease_expires_at is not null
        and status = ${TRANSITIONS.requestStop.from}) as rendering,
      (select count(*) from jobs where lease_expires_at is not null
        and status = ${TRANSITIONS.requestStop.to}) as cancelling,
      (select count(*) from jobs where queue_key is not null) as queued,
      (select count(*) from attempts a join jobs j on j.stop_attempt_id = a.id
        where a.confirmed_at is null and j.status = ${TRANSITIONS.hostLost.to}) as unconfirmed`);
  return {
    rendering: Number(row?.rendering),
    cancelling: Number(row?.cancelling),
    queued: Number(row?.queued),
    unconfirmed: Number(row?.unconfirmed),
  };
}
