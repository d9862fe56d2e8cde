import { randomUUID } from 'node:crypto';
import { openSql } from '@renderdeck/testing/open-sql';

/** A job that has ended, with a log of so many lines of 64 bytes; gives its id. */
export async function insertLongLog(databaseUrl: string, lines: number): Promise<string> {
  const [job, attempt] = [randomUUID(), randomUUID()];
  const sql = openSql(databaseUrl, 1);
  await sql`
    insert into jobs (id, name, status, submitted_by, max_attempts, attempts, started_at, ended_at)
    values (${job}, 'long_log', 'COMPLETED', 'mira', 3, 1, now(), now())`;
  await sql`
    insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome, ended_at,
      confirmed_at)
    values (${attempt}, ${job}, 1, 'render-01', gen_random_uuid(), 'x', 'completed', now(), now())`;
  await sql`
    insert into attempt_log (attempt_id, seq, stream, lines)
    select ${attempt}, n / 1000 + 1, 'aerender',
      jsonb_agg(rpad('PROGRESS: line ' || n, 63, '.') order by n)
    from generate_series(0, ${lines - 1}::int) n group by n / 1000`;
  await sql.end();
  return job;
}
