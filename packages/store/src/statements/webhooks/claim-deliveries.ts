import type { MessageType, WebhookShape } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

export type ClaimedDelivery = {
  readonly id: string;
  readonly webhookId: string;
  readonly type: MessageType;
  readonly facts: Readonly<Record<string, unknown>>;
  /** When the reported change happened, in the form that the API writes. */
  readonly at: string;
  /** The number of tries, including this one. */
  readonly tries: number;
  /** For how long the message may still be tried. */
  readonly leftMs: number;
  readonly address: string;
  readonly shape: WebhookShape;
  readonly secret: string;
};

export type DeliveryClaim = {
  readonly lease: string;
  readonly leaseMs: number;
  /** Webhooks whose messages this process is already sending. */
  readonly busy: readonly string[];
  readonly perWebhook: number;
};

/**
 * Rows: takes the due messages of each webhook that is enabled and not paused, oldest first, for
 * this lease; by webhook_deliveries_due. Lock: the taken messages, SKIP LOCKED, so two processes
 * take different ones. If a process ends while it sends, its messages are due again after the
 * lease.
 */
export async function claimDueDeliveries(
  db: Database,
  { lease, leaseMs, busy, perWebhook }: DeliveryClaim,
): Promise<readonly ClaimedDelivery[]> {
  return await db.execute<ClaimedDelivery>(sql`
    with due as materialized (
      select d.id from webhooks w cross join lateral (
        select id from webhook_deliveries
        where webhook_id = w.id and state = 'waiting' and next_try_at <= clock_timestamp()
        order by next_try_at limit ${perWebhook} for update skip locked) d
      where w.disabled_at is null
        and (w.paused_until is null or w.paused_until <= clock_timestamp())
        and not w.id = any (${sql.param(busy, { mapToDriverValue: toUuids })}::uuid[])
    )${take(lease, leaseMs)}`);
}

/**
 * Rows: takes one message, by primary key, even if it is not due yet. Null if another process is
 * sending it.
 */
export async function claimDelivery(
  db: Database,
  id: string,
  { lease, leaseMs }: Pick<DeliveryClaim, 'lease' | 'leaseMs'>,
): Promise<ClaimedDelivery | null> {
  const [row] = await db.execute<ClaimedDelivery>(sql`
    with due as materialized (
      select id from webhook_deliveries
      where id = ${id} and state = 'waiting' and lease is null for update skip locked
    )${take(lease, leaseMs)}`);
  return row ?? null;
}

const toUuids = (ids: readonly string[]) => `{${ids.join(',')}}`;

const take = (lease: string, leaseMs: number) => sql`
  update webhook_deliveries d set lease = ${lease}::uuid, tries = d.tries + 1,
    next_try_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
  from due, webhooks w, webhook_secrets s
  where d.id = due.id and w.id = d.webhook_id and s.webhook_id = w.id
  returning d.id, d.webhook_id as "webhookId", d.type, d.facts, wire_time(d.at) as at, d.tries,
    extract(epoch from d.give_up_at - clock_timestamp())::float8 * 1000 as "leftMs",
    w.address, w.shape, s.secret`;
