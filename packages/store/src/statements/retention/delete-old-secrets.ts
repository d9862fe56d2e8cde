import { isFinal, JOB_STATUSES } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { tryWorkLock } from '../../work-lock.ts';

const BATCH = 200;

/** No event leaves these statuses, so a job that has one never runs again. */
const ENDED = JOB_STATUSES.filter(isFinal);

/**
 * Rows: deletes the secrets of jobs that ended this long ago, at most one batch, and saves the
 * deletion on their definitions. Lock: its work lock, without waiting for it, and the deleted rows.
 * It locks no row of jobs, so no claim and no submission waits. Returns how many secrets were
 * deleted; also 0 if another process holds the work lock.
 */
export async function deleteOldSecrets(db: Database, olderThanMs: number): Promise<number> {
  const rows = await db.execute(sql`
    with mine as materialized (
      select 1 where ${tryWorkLock('oldSecrets')}
    ), over as materialized (
      select s.job_id from mine, job_secrets s join jobs j on j.id = s.job_id
      where j.status in ${ENDED} and j.queue_key is null and j.lease_expires_at is null
        and j.ended_at < clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
      limit ${BATCH}
    ), gone as (
      delete from job_secrets s using over where s.job_id = over.job_id returning s.job_id
    )
    update job_definitions d set secrets_deleted_at = clock_timestamp()
    from gone where d.job_id = gone.job_id returning d.job_id`);
  return rows.length;
}
