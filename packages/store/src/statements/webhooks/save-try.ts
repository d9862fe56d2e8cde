import type { AfterTry } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

export type Try = {
  readonly number: number;
  readonly durationMs: number;
  readonly status: number | null;
  readonly answer: string | null;
  readonly error: string | null;
};

/**
 * Rows: saves one try of a delivery and the decision after it, by primary key. Disables the webhook
 * if that is the decision, or pauses it if its address asked to wait. A callback has no webhook, so
 * only its delivery ends or waits. Fence: the lease. If another process has taken the delivery
 * since, only the try is saved.
 */
export async function saveTry(
  db: Database,
  { id, lease }: { readonly id: string; readonly lease: string },
  made: Try,
  after: AfterTry,
): Promise<void> {
  const { delayMs, pauseMs } = after.state === 'waiting' ? after : { delayMs: 0, pauseMs: 0 };
  const reason = after.state === 'givenUp' && after.disable ? GONE : null;
  await db.execute(sql`
    with made as (
      insert into webhook_tries (delivery_id, number, at, duration_ms, status, answer, error)
      select d.id, ${made.number}::int,
        clock_timestamp() - ${made.durationMs} * interval '1 millisecond',
        ${made.durationMs}::int, ${made.status}::int, ${made.answer}, ${made.error}
      from webhook_deliveries d where d.id = ${id}
      on conflict do nothing
    ), ended as (
      update webhook_deliveries set state = ${after.state}, lease = null,
        next_try_at = clock_timestamp() + ${delayMs} * interval '1 millisecond'
      where id = ${id} and lease = ${lease}::uuid returning webhook_id
    ), paused as (
      update webhooks w set paused_until = greatest(paused_until,
        clock_timestamp() + ${pauseMs} * interval '1 millisecond')
      from ended where ${pauseMs} > 0 and w.id = ended.webhook_id
    )
    update webhooks w set disabled_at = clock_timestamp(), disabled_reason = ${reason}
    from ended
    where ${reason}::text is not null and w.id = ended.webhook_id and w.disabled_at is null`);
}

const GONE = 'Its address answered 410: it wants no more messages.';
