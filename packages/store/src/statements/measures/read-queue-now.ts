import {
  MEASURE_BOUNDS_MS,
  type MeasuredRow,
  type MeasureRange,
  MOST_COUNTED,
  PRIORITY,
  type QueueNow,
  queueSpanOf,
} from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

const LEVELS = sql.raw(String(PRIORITY.max - PRIORITY.min));
const BOUNDS = sql.raw(`array[${MEASURE_BOUNDS_MS.join(',')}]::bigint[]`);
const LAST = sql.raw(String(Number.MAX_SAFE_INTEGER));

/**
 * How long the job has waited that has waited longest; null if none waits. The first job of each
 * priority is the oldest of that priority, so this reads one entry of jobs_in_order for each.
 */
export const OLDEST_MS = sql`(
  select greatest(0, round(extract(epoch from clock_timestamp() - oldest.at) * 1000)) from (
    select min(first.created_at) as at from generate_series(0::bigint, ${LEVELS}) level
    cross join lateral (
      select j.created_at from jobs j
      where j.queue_key >= level << 48 and j.queue_key < (level + 1) << 48
      order by j.queue_key limit 1) first) oldest
  where oldest.at is not null)`;

/** Rows: counts the waiting jobs by queue_counts, and finds the oldest one by jobs_in_order. */
export async function readQueueNow(db: Database): Promise<QueueNow> {
  const [row] = await db.execute<QueueNow>(sql`
    select queue_length()::float8 as waiting, ${OLDEST_MS}::float8 as "oldestMs"`);
  return row ?? { waiting: 0, oldestMs: null };
}

/**
 * Rows: how long the jobs have waited that no host has taken yet, as counts by bound. Reads at most
 * MOST_COUNTED jobs, the first of the queue, by jobs_in_order.
 */
export async function readWaitingTimes(db: Database, hour: Date): Promise<readonly MeasuredRow[]> {
  const rows = await db.execute<{ atMostMs: number; count: number }>(sql`
    with waiting as (
      select created_at, attempts from jobs where queue_key is not null
      order by queue_key limit ${MOST_COUNTED}
    )
    select coalesce((${BOUNDS})[1 + width_bucket(
        extract(epoch from clock_timestamp() - created_at)::float8 * 1000,
        (${BOUNDS})::float8[])], ${LAST})::float8 as "atMostMs", count(*)::float8 as count
    from waiting where attempts = 0 group by 1`);
  return rows.map((row) => ({ ...row, name: 'queued', hour, part: '', sumMs: 0 }));
}

/** Rows: the most of each step of a range among the samples, by primary key. */
export async function readQueueSamples(
  db: Database,
  range: MeasureRange,
  now: Date,
): Promise<readonly (QueueNow & { readonly at: Date })[]> {
  const { from, stepMs } = queueSpanOf(range, now);
  const start = from.toISOString();
  const rows = await db.execute<QueueNow & { readonly at: string }>(sql`
    select date_bin(${stepMs} * interval '1 millisecond', at, ${start}::timestamptz) as at,
      max(waiting) as waiting, max(oldest_ms)::float8 as "oldestMs"
    from queue_samples where at >= ${start}::timestamptz group by 1 order by 1`);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

/**
 * Rows: the median of the samples of this hour of the day on the days before; null without any. By
 * primary key: samples are kept for 8 days.
 */
export async function readUsualWaiting(db: Database, now: Date): Promise<number | null> {
  const at = now.toISOString();
  const [row] = await db.execute<{ usual: number | null }>(sql`
    select percentile_disc(0.5) within group (order by waiting) as usual
    from generate_series(1, 7) back join queue_samples s
      on s.at >= ${at}::timestamptz - back * interval '1 day' - interval '30 minutes'
      and s.at < ${at}::timestamptz - back * interval '1 day' + interval '30 minutes'`);
  return row?.usual ?? null;
}
