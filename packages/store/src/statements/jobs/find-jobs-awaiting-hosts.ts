import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** Rows: reads the ids of jobs that wait for a host that has not reported, by jobs_awaiting. */
export async function findJobsAwaitingHosts(db: Database): Promise<readonly string[]> {
  const rows = await db.execute<{ readonly id: string }>(sql`
    select id from jobs
    where awaited_hosts <> '[]'::jsonb and awaited_hosts @> '[{"reportedAt": null}]'::jsonb
    order by id`);
  return rows.map(({ id }) => id);
}
