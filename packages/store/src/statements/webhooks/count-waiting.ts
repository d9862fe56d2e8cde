import { MOST_COUNTED } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/** Messages that wait. `fresh`: no try of them has failed yet. `retrying`: a try has failed. */
export type WaitingMessages = { readonly fresh: number; readonly retrying: number };

/**
 * Rows: counts the messages that wait, without those of disabled webhooks, by
 * webhook_deliveries_due and webhook_deliveries_callbacks_due: at most MOST_COUNTED of each webhook
 * and of all callbacks. The orders are those of the indexes.
 */
export async function countWaitingMessages(db: Database): Promise<WaitingMessages> {
  const [row] = await db.execute<WaitingMessages>(sql`
    select (count(*) filter (where not retrying))::int as fresh,
      (count(*) filter (where retrying))::int as retrying
    from (
      select tries > 1 or (tries = 1 and lease is null) as retrying from (
        (select d.tries, d.lease from webhooks w cross join lateral (
          select tries, lease from webhook_deliveries
          where webhook_id = w.id and state = 'waiting'
          order by next_try_at limit ${MOST_COUNTED}) d
        where w.disabled_at is null)
        union all
        (select tries, lease from webhook_deliveries
        where state = 'waiting' and origin_hash is not null
        order by origin_hash, next_try_at limit ${MOST_COUNTED})) waiting) told`);
  return row ?? { fresh: 0, retrying: 0 };
}
