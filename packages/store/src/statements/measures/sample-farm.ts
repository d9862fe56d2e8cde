import { KEEP_SAMPLES_MS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { OLDEST_MS } from './read-queue-now.ts';

/** After a longer pause nobody knows whether a host was on. */
const MOST_BETWEEN = sql.raw(`interval '2 minutes'`);

/**
 * Rows: adds a sample of the queue if this minute has none, adds the time since the last sample to
 * the measures `watched` and, for each host that is heard, `on`, and deletes samples that are too
 * old. Fence: the primary key of the minute, so of several processes one adds all of this. Reads
 * the length of the queue from queue_counts, and the oldest job by jobs_in_order. Returns whether
 * it added a sample.
 */
export async function sampleFarm(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ sampled: boolean }>(sql`
    with this as materialized (
      select date_trunc('minute', clock_timestamp(), 'UTC') as at
    ), sampled as (
      insert into queue_samples (at, waiting, oldest_ms)
      select at, queue_length(), ${OLDEST_MS}
      from this where not exists (select from queue_samples s where s.at = this.at)
      on conflict do nothing returning at
    ), watched as (
      select date_trunc('hour', at - interval '1 millisecond', 'UTC') as hour,
        extract(epoch from least(at - last, ${MOST_BETWEEN}))::bigint * 1000 as ms
      from sampled cross join lateral (
        select max(s.at) as last from queue_samples s where s.at < sampled.at) before
      where last is not null
    ), added as (
      insert into measures as m (name, hour, part, at_most_ms, count, sum_ms)
      select 'watched', hour, '', 0, 0, ms from watched
      union all select 'on', hour, h.name, 0, 0, ms from watched, render_hosts h
        where h.stopped_at is null
          and clock_timestamp() - h.last_heard_at <= h.lease_ms * interval '1 millisecond'
      on conflict (name, hour, part, at_most_ms) do update set sum_ms = m.sum_ms + excluded.sum_ms
    ), pruned as (
      delete from queue_samples s using sampled
      where s.at < sampled.at - ${KEEP_SAMPLES_MS} * interval '1 millisecond'
    )
    select exists (select from sampled) as sampled`);
  return row?.sampled === true;
}
