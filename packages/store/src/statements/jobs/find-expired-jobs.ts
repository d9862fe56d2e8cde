import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/**
 * Rows: reads the ids of jobs whose lease has expired, by jobs_leased, in order of id.
 * Lock: FOR UPDATE SKIP LOCKED, so that two programs that recover share the work.
 */
export async function findExpiredJobs(tx: Database, limit: number): Promise<readonly string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select id from jobs
    where lease_expires_at is not null and lease_expires_at <= clock_timestamp()
    order by id limit ${limit} for update skip locked`);
  return rows.map((row) => row.id);
}
