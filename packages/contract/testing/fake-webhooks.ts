import { refuse, type WireDelivery, type WireWebhook } from '../src/index.ts';
import type { AdminPort } from '../src/router.ts';
import type { RecordLine } from './fake-farm.ts';

/**
 * The webhooks of a fake farm: every message is answered 200 at once. Long because: its methods
 * share two lists.
 */
export function createFakeWebhooks(now: () => Date, record: RecordLine) {
  const webhooks = new Map<string, WireWebhook>();
  const deliveries: WireDelivery[] = [];
  const find = (name: string): WireWebhook => {
    const found = webhooks.get(name.toLowerCase());
    if (found === undefined)
      throw refuse(
        'not_found',
        `No webhook is named ${name}; list the webhooks to see their names.`,
      );
    return found;
  };
  const save = (webhook: WireWebhook) => {
    webhooks.set(webhook.name.toLowerCase(), webhook);
    return webhook;
  };
  const at = () => now().toISOString();

  const port = {
    listWebhooks: async () => ({ webhooks: [...webhooks.values()] }),
    async createWebhook(requestContext, input) {
      if (webhooks.has(input.name.toLowerCase()))
        throw refuse('name_taken', `A webhook named ${input.name} exists; choose another name.`);
      record(requestContext, 'createWebhook', { after: { webhook: input.name } });
      const webhook = save({
        ...input,
        id: crypto.randomUUID(),
        createdBy: requestContext.actor.name,
        createdAt: at(),
        disabled: null,
        waiting: 0,
        givenUp: 0,
        lastTry: null,
      });
      return { webhook, secret: 'whsec_c2VjcmV0' };
    },
    async updateWebhook(requestContext, { name, disabled, newSecret = false, ...change }) {
      const before = find(name);
      record(requestContext, 'updateWebhook', { after: { webhook: before.name } });
      const set = Object.fromEntries(
        Object.entries(change).filter(([, value]) => value !== undefined),
      );
      const reason = `${requestContext.actor.name} disabled it.`;
      const webhook = save({
        ...before,
        ...set,
        disabled: disabled === undefined ? before.disabled : disabled ? { at: at(), reason } : null,
      });
      return { webhook, secret: newSecret ? 'whsec_bmV3' : null };
    },
    async deleteWebhook(requestContext, { name }) {
      webhooks.delete(find(name).name.toLowerCase());
      record(requestContext, 'deleteWebhook', { before: { webhook: name } });
    },
    async testWebhook(requestContext, { name }) {
      const webhook = find(name);
      record(requestContext, 'testWebhook', { after: { webhook: name } });
      const made = { number: 1, at: at(), durationMs: 12, status: 200, answer: 'ok', error: null };
      const delivery: WireDelivery = {
        id: crypto.randomUUID(),
        webhook: webhook.name,
        type: 'webhook.test',
        jobId: null,
        jobName: null,
        host: null,
        at: at(),
        state: 'delivered',
        tried: 1,
        nextTryAt: null,
        tries: [made],
      };
      deliveries.unshift(delivery);
      save({ ...webhook, lastTry: made });
      return { delivery };
    },
    async listDeliveries(_asker, { webhook, state, jobId, cursor, limit }) {
      const wanted = deliveries.filter(
        (one) =>
          (webhook ?? one.webhook) === one.webhook &&
          (state ?? one.state) === one.state &&
          (jobId ?? one.jobId) === one.jobId,
      );
      const start = Number(cursor ?? 0);
      const nextCursor = start + limit < wanted.length ? String(start + limit) : null;
      return { deliveries: wanted.slice(start, start + limit), nextCursor };
    },
    async redeliver(requestContext, { delivery: id }) {
      const found = deliveries.find((one) => one.id === id);
      if (found === undefined)
        throw refuse(
          'not_found',
          'No message has this id; it may have been deleted with its webhook, or after 30 days.',
        );
      if (found.webhook !== null && find(found.webhook).disabled !== null)
        throw refuse('webhook_disabled');
      record(requestContext, 'redeliver', { after: { webhook: found.webhook, delivery: id } });
      return { delivery: { ...found, state: 'waiting', nextTryAt: at() } };
    },
  } satisfies Partial<AdminPort>;
  return { port, deliveries };
}
