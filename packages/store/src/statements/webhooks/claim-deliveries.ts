import type { MessageType, WebhookShape } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

export type ClaimedDelivery = {
  readonly id: string;
  /** The webhook, or the callbacks whose origins have the same hash. */
  readonly receiver: string;
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
  /** Receivers to whom this process is already sending. */
  readonly busy: readonly string[];
  readonly perReceiver: number;
  /** How many messages of callbacks are taken at most. */
  readonly mostCallbacks: number;
};

/**
 * Rows: takes the due messages of each webhook that is enabled and not paused, and of callbacks,
 * oldest first for each receiver, for this lease; by webhook_deliveries_due and
 * webhook_deliveries_callbacks_due. Of the callbacks it reads one row for each origin that has a
 * waiting message, so many messages to one origin delay no other. The origins come in random order,
 * because `mostCallbacks` may leave some out. Lock: the taken messages, SKIP LOCKED, so two
 * processes take different ones. If a process ends while it sends, its messages are due again after
 * the lease.
 */
export async function claimDueDeliveries(
  db: Database,
  { lease, leaseMs, busy, perReceiver, mostCallbacks }: DeliveryClaim,
): Promise<readonly ClaimedDelivery[]> {
  const isBusy = (receiver: SQL) =>
    sql`${receiver} = any (${sql.param(busy, { mapToDriverValue: toTexts })}::text[])`;
  return await db.execute<ClaimedDelivery>(sql`
    with recursive origins (hash) as (
      (select origin_hash from webhook_deliveries
        where state = 'waiting' and origin_hash is not null order by origin_hash limit 1)
      union all
      select (select d.origin_hash from webhook_deliveries d
        where d.state = 'waiting' and d.origin_hash > origins.hash
        order by d.origin_hash limit 1)
      from origins where origins.hash is not null
    ), of_callbacks as materialized (
      select d.id from (
        select hash from origins where hash is not null and not ${isBusy(callbacksOf(sql`hash`))}
        order by random()) origin
      cross join lateral (
        select id from webhook_deliveries
        where origin_hash = origin.hash and state = 'waiting' and next_try_at <= ${NOW}
        order by next_try_at limit ${perReceiver} for update skip locked) d
      limit ${mostCallbacks}
    ), of_webhooks as materialized (
      select d.id from webhooks w cross join lateral (
        select id from webhook_deliveries
        where webhook_id = w.id and state = 'waiting' and next_try_at <= ${NOW}
        order by next_try_at limit ${perReceiver} for update skip locked) d
      where w.disabled_at is null
        and (w.paused_until is null or w.paused_until <= clock_timestamp())
        and not ${isBusy(sql`w.id::text`)}
    ), due as materialized (
      select id from of_callbacks union all select id from of_webhooks
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

/** The time in a form that an index can use: it is read once. */
const NOW = sql`(select clock_timestamp())`;
const toTexts = (texts: readonly string[]) => `{${texts.join(',')}}`;

/** The receiver that all callbacks with this hash of their origin have. */
const callbacksOf = (hash: SQL) => sql`'callbacks-' || ${hash}`;

/** Address and secret are read by primary key, however many webhooks and callbacks exist. */
const take = (lease: string, leaseMs: number) => sql`
  update webhook_deliveries d set lease = ${lease}::uuid, tries = d.tries + 1,
    next_try_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
  from due where d.id = due.id
  returning d.id, coalesce(d.webhook_id::text, ${callbacksOf(sql`d.origin_hash`)}) as receiver,
    d.type, d.facts, wire_time(d.at) as at, d.tries,
    extract(epoch from d.give_up_at - clock_timestamp())::float8 * 1000 as "leftMs",
    coalesce((select address from webhooks where id = d.webhook_id),
      (select address from job_callbacks where job_id = d.callback_of)) as address,
    coalesce((select shape from webhooks where id = d.webhook_id), 'renderdeck') as shape,
    coalesce((select secret from webhook_secrets where webhook_id = d.webhook_id),
      (select secret from job_callbacks where job_id = d.callback_of)) as secret`;
