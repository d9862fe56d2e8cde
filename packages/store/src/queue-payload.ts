import type { Job } from '@renderdeck/domain';
import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { QUEUE_CHANNEL } from './channels.ts';

/**
 * The payload of a queue notification. `waits`: a job with these tags began to wait. `none`: no job
 * with these tags waits any more, up to the notification with this mark. A payload without a mark
 * means that any job may wait.
 */
export type QueuePayload = {
  readonly kind: 'waits' | 'none';
  /** It is different each time that a job begins to wait. */
  readonly mark: string;
  /** Joined by commas, as in the row of the job. */
  readonly tags: string;
};

/** The payload for a job that begins to wait. */
export function waitsPayload({
  queueSeq,
  version,
  tags,
}: Pick<Job, 'queueSeq' | 'version' | 'tags'>): string {
  return `waits ${queueSeq}.${version} ${tags.join()}`;
}

/** The payload of `waitsPayload` as SQL, from the columns of a row of jobs. */
export const WAITS_PAYLOAD = sql`concat('waits ', queue_seq, '.', version, ' ', tags)`;

/** So many of the first jobs are looked at: some of them may have been given back. */
const LOOKED_AT = sql.raw('10');
/** A host that may have a job begins to claim it within this time. */
const SOON = sql.raw("interval '1 second'");

/**
 * Notifies the queue's channel of a job that begins to wait, as SQL: null if it notifies nobody.
 * PostgreSQL wakes every listening connection for a notification, so a farm with work for all its
 * hosts sends none. Nobody is notified in these two cases:
 *
 * 1. No host has a free slot.
 * 2. A job with the same tags, which no host has given back, has waited for longer than SOON. Each
 *    host that may have the new job may have that one, so it is busy or about to claim.
 *
 * A host that the notification would have reached looks for a job anyway, at the latest with its
 * next poll. `changed`: the `queue_seq` of the jobs that the caller changes, as an array. They do
 * not count in case 2, because a host skips a job that is locked.
 */
export function notifyIdleHosts(payload: SQL | Placeholder, changed?: SQL): SQL {
  const others = changed === undefined ? sql`` : sql`and queue_seq <> all (${changed})`;
  return sql`(select case when not exists (
      select from (
        select attempts, created_at from jobs
        where queue_key is not null and tags = split_part(told.payload, ' ', 3) ${others}
        order by tags, queue_key limit ${LOOKED_AT}
      ) head where head.attempts = 0 and head.created_at < clock_timestamp() - ${SOON}
    ) and (select hosts_with_free_slots()) > 0
    then pg_notify(${QUEUE_CHANNEL}, told.payload) end
    from (select ${payload}::text as payload) told)`;
}

export function nonePayload(mark: string, tags: string): string {
  return `none ${mark} ${tags}`;
}

export function readQueuePayload(payload: string): QueuePayload {
  const [kind, mark = '', tags = ''] = payload.split(' ');
  return { kind: kind === 'none' ? 'none' : 'waits', mark, tags };
}
