import { TRANSITIONS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { isRunningJob } from '../../schema/columns.ts';

/**
 * `unconfirmed`: cancelled jobs of which something may still run. `open`: everything that may still
 * run although it no longer holds its job: open attempts, and awaited hosts that have not reported.
 */
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
      count(*) filter (where status = ${TRANSITIONS.requestStop.from}) as rendering,
      count(*) filter (where status = ${TRANSITIONS.requestStop.to}) as cancelling,
      queue_length() as queued,
      -- The view stops has the same rule. It would look at each attempt that runs.
      (select count(distinct u.job_id) from unproven u join jobs j on j.id = u.job_id
        where u.state = 'open' and j.status = ${TRANSITIONS.acknowledgeStop.to}) as unconfirmed,
      (select count(*) from unproven where state = 'open') as open
    from jobs where ${isRunningJob()}`,
);

/**
 * Rows: counts the jobs that render, that are being cancelled, and that wait, and what may still
 * run. By jobs_running, queue_counts, attempts_unproven and jobs_awaiting.
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
