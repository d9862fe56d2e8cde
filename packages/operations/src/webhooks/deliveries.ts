import { inTransaction } from '@renderdeck/store';
import {
  insertTestDelivery,
  lockDelivery,
  lockWebhook,
  sendDeliveryAgain,
} from '@renderdeck/store/extras';
import { type AdminContext, audit, DONE, type Result, reject } from '../operation-context.ts';

/** Adds a test message to the outbox. It is tried once, even if the webhook is disabled. */
export async function addTestMessage(
  context: AdminContext,
  { name, leaseMs }: { readonly name: string; readonly leaseMs: number },
): Promise<Result<{ readonly id: string }>> {
  const { requestContext } = context;
  return await inTransaction(context.db, async (tx): Promise<Result<{ id: string }>> => {
    const webhook = await lockWebhook(tx, name);
    if (webhook === null) return reject({ code: 'unknownWebhook', name });
    const id = context.newId();
    const by = requestContext.actor.name;
    await insertTestDelivery(tx, { id, webhookId: webhook.id, by }, leaseMs);
    const after = { webhook: webhook.name, delivery: id };
    await audit(tx, requestContext, { action: 'testWebhook', outcome: 'done', after });
    return { ok: true, id };
  });
}

/**
 * Sends a message again, with the same id and facts, for another day. Rejected while its webhook is
 * disabled. Of a message to a callback, the audit line names the job only.
 */
export async function redeliver(
  context: AdminContext,
  { delivery: id }: { readonly delivery: string },
): Promise<Result> {
  return await inTransaction(context.db, async (tx): Promise<Result> => {
    const found = await lockDelivery(tx, id);
    if (found === null) return reject({ code: 'unknownDelivery', id });
    const { delivery, webhook } = found;
    if (webhook !== null && webhook.disabledAt !== null)
      return reject({ code: 'webhookDisabled', name: webhook.name });
    await sendDeliveryAgain(tx, id);
    const named = { ...(webhook === null ? {} : { webhook: webhook.name }), delivery: id };
    await audit(tx, context.requestContext, {
      action: 'redeliver',
      outcome: 'done',
      jobId: delivery.jobId,
      before: { ...named, state: delivery.state },
      after: { ...named, state: 'waiting' },
    });
    return DONE;
  });
}
