import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { isKeptOffHost } from './kept-off.ts';

const ALWAYS = sql`true`;

/**
 * Locks the first job of the queue that a host may have, and gives its id and queue key: it needs
 * no tags, and it is not kept off the host. Lock: FOR UPDATE SKIP LOCKED. Order: queue_key of
 * jobs_claimable, so jobs with tags are not read, however many are before it.
 * None where `condition`, which names no column of jobs, is false.
 * Nothing sorts before the empty set; both sort columns keep the planner off jobs_queue.
 */
export function nextUntagged(hostId: SQL, condition: SQL = ALWAYS): SQL {
  return sql`
    select id, queue_key from jobs
    where queue_key is not null and tags <= '' and not ${isKeptOffHost(hostId)}
      and ${condition}
    order by tags, queue_key limit 1 for update skip locked`;
}

/**
 * The same for a host that offers tags, as an array: all tags of the job are offered.
 * Merges the queues of the sets of tags that the host offers. `heads` has the next key of each set.
 * A step takes the smallest one and puts the next key of its set in its place. A step runs only
 * when the rows before it are locked by others or kept off, because a recursion gives its rows one
 * by one.
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
