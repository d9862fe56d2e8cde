import type { Job } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';

/**
 * What a notification of the queue says. `waits`: a job with these tags began to wait. `none`: no
 * job with these tags waits, as far as the notification with this mark. A payload without a mark
 * says that any job may wait.
 */
export type QueuePayload = {
  readonly kind: 'waits' | 'none';
  /** Differs for each time that a job begins to wait. */
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

/** The same as SQL, of the columns of a row of jobs. */
export const WAITS_PAYLOAD = sql`concat('waits ', queue_seq, '.', version, ' ', tags)`;

export function nonePayload(mark: string, tags: string): string {
  return `none ${mark} ${tags}`;
}

export function readQueuePayload(payload: string): QueuePayload {
  const [kind, mark = '', tags = ''] = payload.split(' ');
  return { kind: kind === 'none' ? 'none' : 'waits', mark, tags };
}
