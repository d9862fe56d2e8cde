import { TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { prepare } from '../../prepared/prepare.ts';
import { IS_OPEN } from './job-view.ts';

/** `unconfirmed`: cancelled jobs with open attempts. `open`: open attempts of any job. */
export type JobCounts = {
  readonly rendering: number;
  readonly cancelling: number;
  readonly queued: number;
  readonly unconfirmed: number;
  readonly open: number;
};

const count = prepare<Record<keyof JobCounts, string>>(
  () => sql`
    select
      (select count(*) from jobs where lease_expires_at is not null
        and status = ${TRANSITIONS.requestStop.from}) as rendering,
      (select count(*) from jobs where lease_expires_at is not null
        and status = ${TRANSITIONS.requestStop.to}) as cancelling,
      queue_length() as queued,
      (select count(distinct j.id) from attempts a join jobs j on j.id = a.job_id
        where ${IS_OPEN} and j.status = ${TRANSITIONS.hostLost.to}) as unconfirmed,
      (select count(*) from attempts a where ${IS_OPEN}) as open`,
);

/**
 * Rows: counts the jobs that render, that are being cancelled, that wait, and that were cancelled
 * while an attempt is open; and counts the open attempts. By jobs_leased, queue_counts and
 * attempts_open.
 */
export async function countJobs(db: Database): Promise<JobCounts> {
  const [row] = await count(db);
  return {
    rendering: Number(row?.rendering),
    cancelling: Number(row?.cancelling),
    queued: Number(row?.queued),
    unconfirmed: Number(row?.unconfirmed),
    open: Number(row?.open),
  };
}
