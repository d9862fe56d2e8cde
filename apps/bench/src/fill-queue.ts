import { keepQueueCounts } from '@renderdeck/operations';
import type { Sql } from '@renderdeck/testing/open-sql';
import type { BenchDatabase } from './bench-farm.ts';
import { PAYLOAD } from './contenders/contender.ts';

/** Fills a queue with this many jobs. Seven of ten have the default priority, the others any. */
export async function fillQueue({ sql, admin }: BenchDatabase, jobs: number): Promise<void> {
  await sql.begin(async (tx) => {
    // Writing a million rows takes a tenth of the time if their indexes are created afterwards.
    const indexes = await tx`
      SELECT indexname, indexdef FROM pg_indexes
      WHERE tablename = 'jobs' AND indexname <> 'jobs_pkey'`;
    for (const { indexname } of indexes) await tx`DROP INDEX ${tx(String(indexname))}`;
    await tx`INSERT INTO jobs (id, name, priority, max_attempts, submitted_by)
      SELECT gen_random_uuid(), 'bench',
        CASE WHEN random() < 0.7 THEN 50 ELSE floor(random() * 101)::int END, 3, 'bench'
      FROM generate_series(1, ${jobs}::int)`;
    await tx`SET LOCAL maintenance_work_mem = '512MB'`;
    for (const { indexdef } of indexes) await tx.unsafe(String(indexdef));
    await tx`INSERT INTO job_definitions (job_id, nexrender_job)
      SELECT id, ${tx.json(PAYLOAD)} FROM jobs`;
    await tx`INSERT INTO job_changes (job_id, version, event, status_after, actor, q_to)
      SELECT id, 1, 'submit', status, 'bench', queue_key FROM jobs`;
  });
  await keepQueueCounts(admin);
  await analyzeFilled(sql);
}

/**
 * Vacuums and analyses the tables that have rows, as autovacuum does after a while. PostgreSQL
 * keeps a plan until the next ANALYZE, and a plan for an empty table reads the whole table, however
 * large the table has become.
 */
export async function analyzeFilled(sql: Sql): Promise<void> {
  const tables = await sql`
    SELECT schemaname AS schema, tablename AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
  for (const { schema, name } of tables) {
    const table = sql(`${schema}.${name}`);
    const [row] = await sql`SELECT EXISTS (SELECT FROM ${table}) AS filled`;
    if (row?.filled === true) await sql`VACUUM ANALYZE ${table}`;
  }
}
