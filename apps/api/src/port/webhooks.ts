import type { WireDelivery, WireWebhook } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import type { DeliveryView, WebhookView } from '@renderdeck/operations/extras';
import * as operations from '@renderdeck/operations/extras';
import type { Database } from '@renderdeck/store/connect';
import { z } from 'zod';
import { readAfterChange } from '../translate-connection-error.ts';
import { type Posting, postMessage } from '../webhooks/post-message.ts';
import { adminContext } from './admin-context.ts';
import { readDeliveryCursor, writeDeliveryCursor } from './page-cursor.ts';
import { refusePrivate } from './refuse-private.ts';
import { doneOrThrow } from './rejection-to-error.ts';

type WebhooksPort = Pick<
  AdminPort,
  | 'listWebhooks'
  | 'createWebhook'
  | 'updateWebhook'
  | 'deleteWebhook'
  | 'testWebhook'
  | 'listDeliveries'
  | 'redeliver'
>;

/**
 * Another process may send a test message only if this one has ended before it sent the message.
 */
const TEST_LEASE_MS = 60_000;

/**
 * The part of the port for webhooks.
 * Long because: it is a list of methods.
 */
export function webhooksPort(db: Database, posting: Omit<Posting, 'end'>): WebhooksPort {
  const { addresses } = posting;
  const send = postMessage(posting);
  const show = async (name: string): Promise<WireWebhook> => {
    const [view] = await readAfterChange(() => operations.listWebhookViews(db, name));
    if (view === undefined) throw new Error(`webhook ${name} vanished after it was changed`);
    return wireWebhook(view);
  };
  const showDelivery = async (id: string): Promise<WireDelivery> => {
    const one = { webhook: null, state: null, jobId: null, id, before: null };
    const [view] = await readAfterChange(() => operations.listDeliveryViews(db, one, 1));
    if (view === undefined) throw new Error(`message ${id} vanished after it was changed`);
    return wireDelivery(view);
  };
  return {
    async listWebhooks() {
      return { webhooks: (await operations.listWebhookViews(db)).map(wireWebhook) };
    },

    async createWebhook(requestContext, input) {
      refusePrivate(addresses, 'address', input.address);
      const context = adminContext(db, requestContext);
      const { secret } = doneOrThrow(await operations.createWebhook(context, input));
      return { webhook: await show(input.name), secret };
    },

    async updateWebhook(requestContext, input) {
      if (input.address !== undefined) refusePrivate(addresses, 'address', input.address);
      const context = adminContext(db, requestContext);
      const { secret } = doneOrThrow(await operations.updateWebhook(context, input));
      return { webhook: await show(input.name), secret };
    },

    async deleteWebhook(requestContext, { name }) {
      doneOrThrow(await operations.deleteWebhook(adminContext(db, requestContext), { name }));
    },

    async testWebhook(requestContext, { name }) {
      const context = adminContext(db, requestContext);
      const input = { name, leaseMs: TEST_LEASE_MS };
      const { id } = doneOrThrow(await operations.addTestMessage(context, input));
      await readAfterChange(() => operations.sendNow({ db }, { id }, send));
      return { delivery: await showDelivery(id) };
    },

    async listDeliveries(_requestContext, { webhook, state, jobId, cursor, limit }) {
      const filter = {
        webhook: webhook ?? null,
        state: state ?? null,
        jobId: jobId ?? null,
        id: null,
        before: cursor === undefined ? null : readDeliveryCursor(cursor),
      };
      const views = await operations.listDeliveryViews(db, filter, limit + 1);
      const last = views.length > limit ? views[limit - 1] : undefined;
      return {
        deliveries: views.slice(0, limit).map(wireDelivery),
        nextCursor: last === undefined ? null : writeDeliveryCursor(last),
      };
    },

    async redeliver(requestContext, { delivery }) {
      doneOrThrow(await operations.redeliver(adminContext(db, requestContext), { delivery }));
      return { delivery: await showDelivery(delivery) };
    },
  };
}

/** Returns a webhook as clients read it, with its counts and without its secret. */
function wireWebhook(view: WebhookView): WireWebhook {
  const { id, name, address, events, submittedBy, namePart, host, shape, createdBy } = view;
  const { waiting, givenUp, lastTry } = view;
  return {
    id,
    name,
    address,
    events: [...events],
    submittedBy,
    namePart,
    host,
    shape,
    createdBy,
    createdAt: view.createdAt.toISOString(),
    disabled:
      view.disabledAt === null || view.disabledReason === null
        ? null
        : { at: view.disabledAt.toISOString(), reason: view.disabledReason },
    waiting,
    givenUp,
    lastTry,
  };
}

const withJob = z.object({ job: z.object({ name: z.string() }) });

/** Returns a message and its tries as clients read them. */
function wireDelivery(view: DeliveryView): WireDelivery {
  const { id, webhook, type, jobId, host, state, latestTries } = view;
  const about = withJob.safeParse(view.facts);
  return {
    id,
    webhook,
    type,
    jobId,
    jobName: about.success ? about.data.job.name : null,
    host,
    at: view.at.toISOString(),
    state,
    tried: view.tries,
    nextTryAt: state === 'waiting' ? view.nextTryAt.toISOString() : null,
    tries: [...latestTries],
  };
}
