import type { Secret } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { runPrepared } from '../../prepared/prepare.ts';

/** The attempt that asks for the secrets, with its worker and host. */
export type SecretsReader = {
  readonly jobId: string;
  readonly attemptId: string;
  readonly workerId: string;
  readonly hostId: string;
};

/**
 * Rows: reads the secrets of one job, by primary key. Fence: this attempt of this worker and host
 * holds the job. Null if it does not. In addition, row-level security gives a host with a login of
 * its own the secrets only while it holds the job.
 */
export async function readJobSecrets(
  db: Database,
  { jobId, attemptId, workerId, hostId }: SecretsReader,
): Promise<readonly Secret[] | null> {
  const statement = sql`
    select coalesce(s.secrets, '[]'::jsonb) as secrets
    from jobs j join attempts a on a.id = j.attempt_id
      left join job_secrets s on s.job_id = j.id
    where j.id = ${jobId} and j.attempt_id = ${attemptId} and j.lease_expires_at is not null
      and a.worker_id = ${workerId} and a.host_id = ${hostId} and a.outcome is null`;
  const [row] = await runPrepared<{ secrets: readonly Secret[] }>(db, statement);
  return row?.secrets ?? null;
}
