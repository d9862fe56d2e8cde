import { count, eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { webhookSecrets, webhooks } from '../../schema/index.ts';

export type WebhookRow = typeof webhooks.$inferSelect;
export type WebhookView = WebhookRow & {
  /** Messages that wait for their next try. */
  readonly waiting: number;
  /** Messages that were given up and are still stored. */
  readonly givenUp: number;
  /** The latest try of any of its messages; null if there was none. */
  readonly lastTry: {
    readonly at: string;
    readonly status: number | null;
    readonly error: string | null;
  } | null;
};

const byName = (name: string) => eq(sql`lower(${webhooks.name})`, sql`lower(${name})`);

/**
 * Rows: inserts a webhook and its secret. Fence: webhooks_name; returns null if the name is taken.
 */
export async function insertWebhook(
  tx: Database,
  webhook: Omit<WebhookRow, 'createdAt' | 'disabledAt' | 'disabledReason' | 'pausedUntil'>,
  secret: string,
): Promise<WebhookRow | null> {
  const [row] = await tx.insert(webhooks).values(webhook).onConflictDoNothing().returning();
  if (row === undefined) return null;
  await tx.insert(webhookSecrets).values({ webhookId: row.id, secret });
  return row;
}

/** Rows: counts all webhooks. */
export async function countWebhooks(tx: Database): Promise<number> {
  const [row] = await tx.select({ all: count() }).from(webhooks);
  return row?.all ?? 0;
}

/**
 * Rows: reads one webhook by its name, by webhooks_name; upper and lower case are the same. Lock:
 * FOR UPDATE.
 */
export async function lockWebhook(tx: Database, name: string): Promise<WebhookRow | null> {
  const [row] = await tx.select().from(webhooks).where(byName(name)).for('update');
  return row ?? null;
}

/** Rows: updates one webhook, by primary key. The caller holds its lock. */
export async function saveWebhook(
  tx: Database,
  id: string,
  change: Partial<Omit<WebhookRow, 'id' | 'name' | 'createdBy' | 'createdAt'>>,
): Promise<void> {
  await tx.update(webhooks).set(change).where(eq(webhooks.id, id));
}

/** Rows: updates the secret of one webhook, by primary key. */
export async function saveWebhookSecret(tx: Database, id: string, secret: string): Promise<void> {
  await tx.update(webhookSecrets).set({ secret }).where(eq(webhookSecrets.webhookId, id));
}

/** Rows: deletes one webhook with its secret, its deliveries and their tries, by primary key. */
export async function deleteWebhookRow(tx: Database, id: string): Promise<void> {
  await tx.delete(webhooks).where(eq(webhooks.id, id));
}

/**
 * Rows: reads all webhooks, or one by name, with the counts of their deliveries and their latest
 * try, but never a secret. Order: by name.
 */
export async function listWebhookViews(
  db: Database,
  name: string | null = null,
): Promise<readonly WebhookView[]> {
  const countOf = (state: string) => sql<number>`(
    select count(*)::int from webhook_deliveries d
    where d.webhook_id = webhooks.id and d.state = ${state})`;
  const rows = await db
    .select({
      webhook: webhooks,
      waiting: countOf('waiting'),
      givenUp: countOf('givenUp'),
      lastTry: sql<WebhookView['lastTry']>`(
        select json_build_object(
          'at', wire_time(t.at), 'status', t.status, 'error', t.error)
        from webhook_tries t join webhook_deliveries d on d.id = t.delivery_id
        where d.webhook_id = webhooks.id order by t.at desc limit 1)`,
    })
    .from(webhooks)
    .where(name === null ? undefined : byName(name))
    .orderBy(webhooks.name);
  return rows.map(({ webhook, ...seen }) => ({ ...webhook, ...seen }));
}
