import type { WireDelivery, WireWebhook } from '@renderdeck/contract';
import type { DeliveryView, WebhookView } from '@renderdeck/operations';
import { z } from 'zod';

/** A webhook as clients read it: with its counts, never with its secret. */
export function wireWebhook(view: WebhookView): WireWebhook {
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

/** A message and its tries, as clients read them. */
export function wireDelivery(view: DeliveryView): WireDelivery {
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
