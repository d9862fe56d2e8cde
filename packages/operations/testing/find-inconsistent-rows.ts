import type { Sql } from '@renderdeck/testing/open-sql';

/**
 * Finds rows that break an invariant: the changes of the queue add up to the queue, and the changes
 * of each job have the versions 1, 2, 3 and so on up to the job's own version.
 */
export async function findInconsistentRows(sql: Sql): Promise<readonly unknown[]> {
  return await sql`
    select 'the changes of the queue differ from the queue' as what, null::uuid as job
    from job_changes
    having count(q_to) - count(q_from)
        <> (select count(*) from jobs where queue_key is not null)
      or sum(coalesce(q_to, 0) - coalesce(q_from, 0))
        <> (select coalesce(sum(queue_key), 0) from jobs where queue_key is not null)
    union all
    select 'a version is missing', j.id from jobs j
      left join job_changes c on c.job_id = j.id
    group by j.id having count(c.id) <> j.version or max(c.version) <> j.version
      or count(distinct c.version) <> j.version`;
}
