import type { BenchDatabase } from './bench-databases.ts';

/**
 * Changes the priority of `count` waiting jobs in one statement, with a change row for each job, as
 * setPriority writes it. `skip` is the number of jobs, in the order of their ids, to leave out.
 * Returns how many jobs changed.
 */
export async function changeMany(
  { sql }: BenchDatabase,
  count: number,
  skip: number,
): Promise<number> {
  const [row] = await sql`
    WITH picked AS (
      SELECT id, priority, queue_key FROM jobs WHERE queue_key IS NOT NULL
      ORDER BY id OFFSET ${skip} LIMIT ${count} FOR UPDATE
    ), changed AS (
      UPDATE jobs SET priority = (picked.priority + 1) % 101, version = version + 1
      FROM picked WHERE jobs.id = picked.id
      RETURNING jobs.id, jobs.version, picked.queue_key AS before, jobs.queue_key AS after
    ), written AS (
      INSERT INTO job_changes
        (job_id, version, event, status_before, status_after, actor, q_from, q_to)
      SELECT id, version, 'setPriority', 'QUEUED', 'QUEUED', 'bench', before, after FROM changed
      RETURNING 1
    ) SELECT count(*)::int AS n FROM written`;
  return Number(row?.n);
}
