/*
 * What a webhook tells and how its deliveries go on. A message is stored in the transaction of the
 * change that it tells, and sent until its address takes it, for a day.
 */

/**
 * What a webhook can ask for.
 *
 * - ended: a job finished, failed, or was stopped and nothing of it may still run.
 * - failed: a job failed; part of `ended`.
 * - notProven: a stop is not proven in time; and later, how it was settled.
 * - hostSilent: a host was not heard for longer than its lease.
 */
export const WEBHOOK_EVENTS = ['ended', 'failed', 'notProven', 'hostSilent'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** renderdeck: JSON with all facts. slack: a sentence, as Slack and its kin read it. */
export const WEBHOOK_SHAPES = ['renderdeck', 'slack'] as const;
export type WebhookShape = (typeof WEBHOOK_SHAPES)[number];

/** The `type` of a message. */
export const MESSAGE_TYPES = [
  'job.ended', // it finished, or it was stopped and nothing of it may still run
  'job.failed', // it failed
  'stop.notProven', // a stop has no proof: something of the job may still run
  'stop.settled', // a stop that was not proven is settled; `outcome` says how
  'host.silent', // a host was not heard for longer than its lease
  'webhook.test', // an admin tests the address
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** waiting: it is sent at the next try. delivered: a 2xx answer. givenUp: it is sent no more. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'givenUp'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A message is tried for this long, from its change or from when an admin sends it again. */
export const DELIVER_FOR_MS = 24 * 60 * 60 * 1000;

const FIRST_DELAY_MS = 5000;
const LONGEST_DELAY_MS = 60 * 60 * 1000;

/** How one try went: the status of the answer, or null where none came. */
export type TryResult = {
  readonly status: number | null;
  /** How long the answer asks to wait; null where it does not. */
  readonly retryAfterMs: number | null;
};

export type AfterTry =
  | { readonly state: 'delivered' }
  | { readonly state: 'givenUp'; readonly disable: boolean }
  /** `pauseMs`: the address asked that no message of the webhook comes for so long. */
  | { readonly state: 'waiting'; readonly delayMs: number; readonly pauseMs: number };

/**
 * Decides what follows a try. Only a 2xx answer delivers; 410 asks to send nothing more, so the
 * webhook is disabled. Anything else is tried again, ever more rarely, until the time is over.
 * An address that asks to wait is not asked sooner, up to the longest delay. `tries` counts this
 * one; `random` is from 0 to 1, so that messages do not come in one burst.
 */
export function decideAfterTry(
  { status, retryAfterMs }: TryResult,
  { tries, leftMs, random }: { tries: number; leftMs: number; random: number },
): AfterTry {
  if (status !== null && status >= 200 && status < 300) return { state: 'delivered' };
  if (status === 410) return { state: 'givenUp', disable: true };
  const delayMs = Math.min(FIRST_DELAY_MS * 3 ** (tries - 1), LONGEST_DELAY_MS);
  const pauseMs = Math.min(retryAfterMs ?? 0, LONGEST_DELAY_MS);
  const nextMs = Math.max(Math.round(delayMs * (0.75 + random / 2)), pauseMs);
  return nextMs >= leftMs
    ? { state: 'givenUp', disable: false }
    : { state: 'waiting', delayMs: nextMs, pauseMs };
}
