import type { HeldLease } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { isRunningJob } from '../../schema/columns.ts';

/** The lease length of a job that an older version claimed: the default of that version. */
export const UNKNOWN_LEASE_MS = 30_000;

/** Rows: reads the leases of all jobs that a worker holds, by jobs_running. Order: none. */
export async function findHeldLeases(db: Database): Promise<readonly HeldLease[]> {
  const rows = await db.execute<{
    jobId: string;
    attemptId: string;
    renewals: string;
    leaseMs: number;
  }>(sql`
    select id as "jobId", attempt_id as "attemptId", lease_renewals::text as renewals,
      coalesce(lease_ms, ${UNKNOWN_LEASE_MS}) as "leaseMs"
    from jobs where ${isRunningJob()}`);
  return rows.map((row) => ({ ...row, renewals: Number(row.renewals) }));
}
