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

/**
 * Notifies the queue's channel, as SQL: null, and no notification, while no host has a free slot. A
 * host that gets one at this moment looks for a job anyway, at the latest with its next poll.
 */
export function notifyIdleHosts(payload: SQL | Placeholder): SQL {
  return sql`case when (select hosts_with_free_slots()) > 0
    then pg_notify(${QUEUE_CHANNEL}, ${payload}) end`;
}

export function nonePayload(mark: string, tags: string): string {
  return `none ${mark} ${tags}`;
}

export function readQueuePayload(payload: string): QueuePayload {
  const [kind, mark = '', tags = ''] = payload.split(' ');
  return { kind: kind === 'none' ? 'none' : 'waits', mark, tags };
}
