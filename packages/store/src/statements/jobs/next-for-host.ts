import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { isKeptOffHost } from './kept-off.ts';

const ALWAYS = sql`true`;

/**
 * Locks the first job of the queue without tags that the host may have, and gives its id and queue
 * key. Lock: FOR UPDATE SKIP LOCKED. Order: queue_key of jobs_claimable, so jobs with tags before
 * it are never read. Gives none if `condition`, which names no column of jobs, is false. No set of
 * tags sorts before the empty set. Both sort columns are named so that the planner does not use
 * jobs_in_order.
 */
export function nextUntagged(hostId: SQL, condition: SQL = ALWAYS): SQL {
  return sql`
    select id, queue_key from jobs
    where queue_key is not null and tags <= '' and not ${isKeptOffHost(hostId)}
      and ${condition}
    order by tags, queue_key limit 1 for update skip locked`;
}

/**
 * As nextUntagged, for a host that offers tags (an array): all tags of the job must be offered. It
 * merges the queues of the sets of tags that the host offers. `heads` has the next key of each set.
 * Each step takes the smallest key and replaces it by the next key of its set. A recursion gives
 * its rows one by one, so a further step runs only if the earlier jobs are locked by others or kept
 * off the host.
 */
export function nextTagged(hostId: SQL, tags: SQLWrapper, condition: SQL = ALWAYS): SQL {
  return sql`
    with recursive sets as materialized (
      select array_agg(tags) as tags, array_agg(head) as heads
      from claimable_tags(${tags}::text[]) where ${condition}
    ), heads_of as (
      select heads from sets where heads is not null
      union all
      select array_replace(heads_of.heads, first.key, (
        select j.queue_key from jobs j
        where j.queue_key is not null
          and (j.tags, j.queue_key) > (sets.tags[first.at], first.key)
          and j.tags <= sets.tags[first.at]
        order by j.tags, j.queue_key limit 1))
      from heads_of, sets, lateral (
        select key, at from unnest(heads_of.heads) with ordinality as heads (key, at)
        where key is not null order by key limit 1) first
    )
    select job.id, job.queue_key
    from heads_of,
      lateral (select min(key) as key from unnest(heads_of.heads) as heads (key)) first,
      lateral (
        select id, queue_key from jobs
        where id = (select j.id from jobs j where j.queue_key = first.key)
          and queue_key is not null and not ${isKeptOffHost(hostId)}
        for update skip locked) job
    limit 1`;
}
