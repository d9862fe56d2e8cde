import type { Job } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { QUEUE_CHANNEL } from '../../channels.ts';
import type { Database } from '../../database.ts';
import { nonePayload, notifyIdleHosts, waitsPayload } from '../../queue-payload.ts';

/** Rows: none. Notifies idle hosts that a job begins to wait. */
export async function notifyWaits(
  tx: Database,
  job: Pick<Job, 'queueSeq' | 'version' | 'tags'>,
): Promise<void> {
  const itself = sql`array[${job.queueSeq}::bigint]`;
  await tx.execute(sql`select ${notifyIdleHosts(sql`${waitsPayload(job)}`, itself)}`);
}

/**
 * Rows: reads whether a job with exactly these tags waits, by jobs_claimable. If none waits, it
 * notifies the queue's channel, in the same statement.
 */
export async function notifyNoneWaits(db: Database, mark: string, tags: string): Promise<void> {
  await db.execute(sql`
    select pg_notify(${QUEUE_CHANNEL}, ${nonePayload(mark, tags)})
    where not exists (select from jobs where queue_key is not null and tags = ${tags}
      order by tags, queue_key limit 1)`);
}
