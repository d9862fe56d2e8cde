import { QUEUE_STUCK_AFTER_MS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { isRunningJob } from '../../schema/columns.ts';

/** Jobs wait and nothing renders; by jobs_in_order and jobs_running. */
const IS_STALLED = sql`(
  exists (select from jobs where queue_key is not null order by queue_key limit 1)
  and not exists (select from jobs where ${isRunningJob()}))`;

/** After a longer pause between two looks, or if the clock went back, nobody knows what was. */
const MOST_BETWEEN = sql.raw(`interval '1 minute'`);

const queueFacts = sql`jsonb_build_object('queue', jsonb_build_object(
  'since', wire_time(told_since), 'waiting', queue_length(),
  'rendering', (select count(*) from jobs where ${isRunningJob()})))`;

/**
 * Rows: keeps the one row of queue_stalls while the queue is stalled, with the time for which all
 * callers together have seen it, by the database's clock. Deletes the row when the stall is over,
 * and adds a message about that if the stall was told. Fence: the row; of several callers one
 * deletes it.
 */
export async function followQueueStall(db: Database): Promise<void> {
  await db.execute(sql`
    with stalled as materialized (select where ${IS_STALLED}),
    seen as (
      insert into queue_stalls as s (seen_at) select clock_timestamp() from stalled
      on conflict (only_row) do update set seen_at = clock_timestamp(), seen_ms = s.seen_ms
        + case when clock_timestamp() - s.seen_at between interval '0' and ${MOST_BETWEEN}
          then round(extract(epoch from clock_timestamp() - s.seen_at) * 1000) else 0 end
    ), over as (
      delete from queue_stalls where not exists (select from stalled) returning told_since
    )
    select tell_webhooks('queueStuck', null, 'queue.settled', ${queueFacts}, null, null)
    from over where told_since is not null`);
}

/**
 * Rows: adds a message about a stall that was seen for longer than the limit, once for all callers
 * together. Fence: told_since.
 */
export async function addQueueStuckMessages(db: Database): Promise<void> {
  await db.execute(sql`
    with told as (
      update queue_stalls set told_since = clock_timestamp() - seen_ms * interval '1 millisecond'
      where told_since is null and seen_ms >= ${QUEUE_STUCK_AFTER_MS} returning told_since
    )
    select tell_webhooks('queueStuck', null, 'queue.stuck', ${queueFacts}, null, null) from told`);
}

/** Problems of the farm that lasted long enough to be told. */
type ToldProblems = {
  /** Hosts that are silent now, and when each was last heard. */
  readonly silentHosts: readonly { readonly name: string; readonly lastHeardAt: string }[];
  /** When the stall of the queue began; null if the queue is not stuck. */
  readonly queueStuckSince: string | null;
};

/** Rows: reads the told silences that still last, by primary key, and the stall. Order: by name. */
export async function readToldProblems(db: Database): Promise<ToldProblems> {
  const [row] = await db.execute<ToldProblems>(sql`
    select coalesce((
        select jsonb_agg(jsonb_build_object('name', h.name,
          'lastHeardAt', wire_time(h.last_heard_at)) order by h.name)
        from render_hosts h join host_silences s
          on s.host = h.name and s.last_heard_at = h.last_heard_at
        where h.stopped_at is null and h.gone_at is null), '[]') as "silentHosts",
      (select wire_time(told_since) from queue_stalls) as "queueStuckSince"`);
  if (row === undefined) throw new Error('the query for problems gave no row');
  return row;
}
