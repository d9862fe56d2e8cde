import type { Sql } from '@renderdeck/testing/open-sql';

/**
 * Rows that break what holds at every moment: the deltas of the changes sum up to the queue, and the
 * versions of each job are counted without a hole up to its own.
 */
export async function findUnsound(look: Sql): Promise<readonly unknown[]> {
  return await look`
    select 'the deltas differ from the queue' as what, null::uuid as job from job_changes
    having count(q_to) - count(q_from)
        <> (select count(*) from jobs where queue_key is not null)
      or sum(coalesce(q_to, 0) - coalesce(q_from, 0))
        <> (select coalesce(sum(queue_key), 0) from jobs where queue_key is not null)
    union all
    select 'the versions have a hole', j.id from jobs j
      left join job_changes c on c.job_id = j.id
    group by j.id having count(c.id) <> j.version or max(c.version) <> j.version
      or count(distinct c.version) <> j.version`;
}
