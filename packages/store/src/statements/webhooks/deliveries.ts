import { DELIVER_FOR_MS, type DeliveryState } from '@renderdeck/domain';
import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { webhookDeliveries, webhooks, webhookTries } from '../../schema/index.ts';

export type DeliveryRow = typeof webhookDeliveries.$inferSelect;
/** The form in JSON: times are text. */
export type TryView = Omit<typeof webhookTries.$inferSelect, 'deliveryId' | 'at'> & {
  readonly at: string;
};
export type DeliveryView = DeliveryRow & {
  /** The name of the webhook; null for a message to a callback. */
  readonly webhook: string | null;
  /** The latest tries, newest first. */
  readonly latestTries: readonly TryView[];
};

const SHOWN_TRIES = 5;
const giveUpAt = sql`clock_timestamp() + ${DELIVER_FOR_MS} * interval '1 millisecond'`;

export type DeliveryFilter = {
  readonly webhook: string | null;
  readonly state: DeliveryState | null;
  readonly jobId: string | null;
  readonly id: string | null;
  /** Only deliveries older than this one, which is the last of the previous page. */
  readonly before: { readonly at: Date; readonly id: string } | null;
};

/**
 * Rows: reads deliveries that match, each with its latest tries. Order: newest first, by
 * webhook_deliveries_newest.
 */
export async function listDeliveryViews(
  db: Database,
  { webhook, state, jobId, id, before }: DeliveryFilter,
  limit: number,
): Promise<readonly DeliveryView[]> {
  return await db
    .select({
      ...getTableColumns(webhookDeliveries),
      // The next try does not come before the end of its webhook's pause.
      nextTryAt: sql`greatest(${webhookDeliveries.nextTryAt}, ${webhooks.pausedUntil})`.mapWith(
        webhookDeliveries.nextTryAt,
      ),
      webhook: webhooks.name,
      latestTries: sql<readonly TryView[]>`coalesce((
        select json_agg(json_build_object('number', t.number, 'at', wire_time(t.at),
          'durationMs', t.duration_ms, 'status', t.status, 'answer', t.answer, 'error', t.error)
          order by t.number desc)
        from ${webhookTries} t where t.delivery_id = ${webhookDeliveries.id}
          and t.number > ${webhookDeliveries.tries} - ${SHOWN_TRIES}), '[]'::json)`,
    })
    .from(webhookDeliveries)
    .leftJoin(webhooks, eq(webhooks.id, webhookDeliveries.webhookId))
    .where(
      and(
        webhook === null ? undefined : eq(sql`lower(${webhooks.name})`, sql`lower(${webhook})`),
        state === null ? undefined : eq(webhookDeliveries.state, state),
        jobId === null ? undefined : eq(webhookDeliveries.jobId, jobId),
        id === null ? undefined : eq(webhookDeliveries.id, id),
        before === null
          ? undefined
          : sql`(${webhookDeliveries.at}, ${webhookDeliveries.id})
              < (${before.at.toISOString()}::timestamptz, ${before.id}::uuid)`,
      ),
    )
    .orderBy(desc(webhookDeliveries.at), desc(webhookDeliveries.id))
    .limit(limit);
}

/**
 * Rows: inserts a test message, which is tried once. The sender of this process claims it by its
 * id. If this process ends first, another process sends it after `leaseMs`.
 */
export async function insertTestDelivery(
  tx: Database,
  test: { readonly id: string; readonly webhookId: string; readonly by: string },
  leaseMs: number,
): Promise<void> {
  await tx.insert(webhookDeliveries).values({
    id: test.id,
    webhookId: test.webhookId,
    type: 'webhook.test',
    facts: { test: { by: test.by } },
    nextTryAt: sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`,
    giveUpAt: sql`clock_timestamp()`,
  });
}

/**
 * Rows: makes one delivery due now and gives it another day to be delivered, by primary key. Its id
 * stays. If it is being sent at this moment, that try goes on. Returns false if there is no such
 * delivery.
 */
export async function sendDeliveryAgain(tx: Database, id: string): Promise<boolean> {
  const rows = await tx
    .update(webhookDeliveries)
    .set({
      state: 'waiting',
      giveUpAt,
      nextTryAt: sql`case when lease is null then clock_timestamp() else next_try_at end`,
    })
    .where(eq(webhookDeliveries.id, id))
    .returning({ id: webhookDeliveries.id });
  return rows.length === 1;
}

/**
 * Rows: reads one delivery with its webhook, which is null for a callback, by primary key. Lock:
 * FOR UPDATE of the delivery.
 */
export async function lockDelivery(tx: Database, id: string) {
  const [row] = await tx
    .select({ delivery: webhookDeliveries, webhook: webhooks })
    .from(webhookDeliveries)
    .leftJoin(webhooks, eq(webhooks.id, webhookDeliveries.webhookId))
    .where(eq(webhookDeliveries.id, id))
    .for('update', { of: webhookDeliveries });
  return row ?? null;
}
