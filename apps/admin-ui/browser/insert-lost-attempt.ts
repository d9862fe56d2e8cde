import { openSql } from '@renderdeck/testing/open-sql';
import { insertHost, LOST } from './insert-statuses.ts';

/** The queued job was rendered on a host, past the gate, until that host fell silent. */
export async function insertLostAttempt(databaseUrl: string, jobId: string): Promise<void> {
  const sql = openSql(databaseUrl, 1);
  await insertHost(sql, LOST, '1 hour');
  await sql`
    with attempt as (
      insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome, ended_at,
        output)
      values (gen_random_uuid(), ${jobId}, 1, ${LOST}, gen_random_uuid(), 'marker', 'lost',
        clock_timestamp(), 'maybe')
      returning id
    )
    update jobs set attempts = 1, attempt_id = attempt.id, host = ${LOST} from attempt
    where jobs.id = ${jobId}`;
  await sql.end();
}
