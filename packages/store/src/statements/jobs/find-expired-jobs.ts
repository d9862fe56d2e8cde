import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';

/** Reads: ids of jobs whose lease ran out, by jobs_leased. Lock: FOR UPDATE SKIP LOCKED, so that two recoverers share the work. */
export async function findExpiredJobs(tx: Database, limit: number): Promise<readonly string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select id from jobs where lease_expires_at is not null and lease_expires_at <= clock_timestamp()
    order by id limit ${limit} for update skip locked`);
  return rows.map((row) => row.id);
}
