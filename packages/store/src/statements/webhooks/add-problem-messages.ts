import { PROOF_LIMIT_MS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { isRunningJob } from '../../schema/columns.ts';

/**
 * Rows: adds a message about a silent host to the outbox, once for each last heartbeat, for all
 * callers together. Fence: the heartbeat that the caller saw; the lease of the host is over, and
 * the host has neither signed off nor been declared gone.
 */
export async function addHostSilentMessages(
  db: Database,
  { name, lastHeardAt }: { readonly name: string; readonly lastHeardAt: Date },
): Promise<void> {
  await db.execute(sql`
    with silent as (
      select h.name, h.last_heard_at, coalesce((
          select jsonb_agg(jsonb_build_object('id', j.id, 'name', j.name) order by j.started_at)
          from jobs j where ${isRunningJob('j')} and j.host = h.name), '[]') as jobs
      from render_hosts h
      where h.name = ${name} and h.last_heard_at = ${lastHeardAt.toISOString()}::timestamptz
        and h.stopped_at is null and h.gone_at is null
        and clock_timestamp() - h.last_heard_at > h.lease_ms * interval '1 millisecond'
    ), told as (
      insert into host_silences (host, last_heard_at) select name, last_heard_at from silent
      on conflict do nothing returning host
    )
    select tell_webhooks('hostSilent', null, 'host.silent', jsonb_build_object('host',
      jsonb_build_object('name', s.name, 'lastHeardAt', wire_time(s.last_heard_at),
        'jobs', s.jobs)), null, s.name)
    from told join silent s on s.name = told.host`);
}

/**
 * Rows: adds a message about each stop that has had no proof for longer than the limit while its
 * job is held, by jobs_running, once for all callers together.
 */
export async function addUnprovenStopMessages(db: Database): Promise<void> {
  await db.execute(sql`
    with late as (
      insert into unproven_stops (job_id)
      select id from jobs
      where ${isRunningJob()} and stop_requested_at
        < clock_timestamp() - ${PROOF_LIMIT_MS} * interval '1 millisecond'
      on conflict do nothing returning job_id
    )
    select tell_webhooks('notProven', null, 'stop.notProven', message_facts(j), j, null)
    from late join jobs j on j.id = late.job_id`);
}

/**
 * Rows: deletes older deliveries that wait for no try, with their tries, and older records of
 * settled stops and of silences.
 */
export async function pruneMessages(db: Database, olderThanMs: number): Promise<void> {
  const before = sql`clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`;
  await db.execute(sql`
    with gone as (delete from webhook_deliveries where at < ${before}
        and (state <> 'waiting' or give_up_at < ${before})),
      settled as (delete from unproven_stops where at < ${before} and settled_at < ${before})
    delete from host_silences s where s.at < ${before} and not exists (
      select from render_hosts h where h.name = s.host and h.last_heard_at = s.last_heard_at)`);
}
