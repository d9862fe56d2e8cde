import type { CheckItem } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { workerChannel } from '../../channels.ts';
import type { Database } from '../../database.ts';

/**
 * The payload on a worker's channel that asks for a check. Every other payload is the id of an
 * attempt.
 */
export const CHECK_PAYLOAD = 'check';

/**
 * Rows: saves that one host is asked to check itself, by primary key, and notifies its daemon.
 * Fence: none; a later request replaces an earlier one, and one check answers both. Returns the
 * time of the request.
 */
export async function saveCheckAsked(
  tx: Database,
  { host, workerId, actor }: { host: string; workerId: string; actor: string },
): Promise<Date> {
  const [row] = await tx.execute<{ asked: string }>(sql`
    update render_hosts set check_asked_at = clock_timestamp(), check_asked_by = ${actor}
    where name = ${host}
    returning check_asked_at as asked,
      pg_notify(${workerChannel(workerId)}, ${CHECK_PAYLOAD})`);
  if (row === undefined) throw new Error(`the row of host ${host} vanished while it was locked`);
  return new Date(row.asked);
}

/** Rows: reads the row that this daemon owns. Null if no check is requested. */
export async function findCheckAsked(db: Database, workerId: string): Promise<Date | null> {
  const [row] = await db.execute<{ asked: string }>(sql`
    select check_asked_at as asked from render_hosts
    where worker_id = ${workerId} and check_asked_at is not null`);
  return row === undefined ? null : new Date(row.asked);
}

export type FinishedCheck = {
  readonly workerId: string;
  readonly items: readonly CheckItem[];
  readonly held: boolean;
  /** How long ago the check began. */
  readonly ranMs: number;
  /** The request that the check answers; null if the host checked itself without a request. */
  readonly askedAt: Date | null;
};

/**
 * Rows: saves the latest check of a host. Fence: this daemon owns the row. The saved
 * time of a check that held is its start. The check answers the request that was known when it
 * began; a later request stays open.
 */
export async function saveHostCheck(
  db: Database,
  { workerId, items, held, ranMs, askedAt }: FinishedCheck,
): Promise<void> {
  const began = sql`clock_timestamp() - ${ranMs} * interval '1 millisecond'`;
  const asked = sql`${askedAt?.toISOString() ?? null}::timestamptz`;
  await db.execute(sql`
    update render_hosts set
      checked_at = clock_timestamp(),
      checks = ${JSON.stringify(items)}::jsonb,
      check_held_at = case when ${held} then ${began} else check_held_at end,
      asked_check_held_at =
        case when ${held} and ${asked} is not null then ${began} else asked_check_held_at end,
      check_asked_at = case when check_asked_at <= ${asked} then null else check_asked_at end,
      check_asked_by = case when check_asked_at <= ${asked} then null else check_asked_by end
    where worker_id = ${workerId}`);
}
