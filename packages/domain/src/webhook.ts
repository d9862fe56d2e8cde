/*
 * What a webhook is told, and how its deliveries go on. A message is stored in the transaction of
 * the change that it tells, and sent for up to a day until its address accepts it.
 */

/**
 * The events that a webhook can ask for.
 *
 * - ended: a job finished or failed, or it was stopped and nothing of it may still run.
 * - failed: a job failed; part of `ended`.
 * - notProven: a stop is not proven in time; and later, how the stop was settled.
 * - hostSilent: a host was not heard for longer than its lease.
 * - queueStuck: jobs wait and nothing renders for QUEUE_STUCK_AFTER_MS; and later, the end of that.
 */
export const WEBHOOK_EVENTS = ['ended', 'failed', 'notProven', 'hostSilent', 'queueStuck'] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/**
 * renderdeck: JSON with all facts. slack: one sentence in the form that Slack and similar chats
 * read.
 */
export const WEBHOOK_SHAPES = ['renderdeck', 'slack'] as const;
export type WebhookShape = (typeof WEBHOOK_SHAPES)[number];

export const MESSAGE_TYPES = [
  'job.ended', // the job finished, or it was stopped and nothing of it may still run
  'job.failed', // it failed
  'stop.notProven', // a stop has no proof: something of the job may still run
  'stop.settled', // a stop that was not proven in time is settled; `outcome` says how
  'host.silent', // a host was not heard for longer than its lease
  'queue.stuck', // jobs wait, and nothing has rendered for QUEUE_STUCK_AFTER_MS
  'queue.settled', // after queue.stuck: a job renders, or none waits
  'webhook.test', // an admin tests the address
] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** If jobs wait and nothing renders for this time, the queue is stuck. */
export const QUEUE_STUCK_AFTER_MS = 10 * 60 * 1000;

/**
 * waiting: the message is sent at the next try. delivered: a 2xx answer came. givenUp: the message
 * is not sent again.
 */
export const DELIVERY_STATES = ['waiting', 'delivered', 'givenUp'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/**
 * A message is tried for this time, counted from its change or from the time when an admin sends it
 * again.
 */
export const DELIVER_FOR_MS = 24 * 60 * 60 * 1000;

const FIRST_DELAY_MS = 5000;
const LONGEST_DELAY_MS = 60 * 60 * 1000;

/** The result of one try: the status of the answer, or null if no answer came. */
export type TryResult = {
  readonly status: number | null;
  /** How long the answer asks the sender to wait; null if it does not ask. */
  readonly retryAfterMs: number | null;
};

export type AfterTry =
  | { readonly state: 'delivered' }
  | { readonly state: 'givenUp'; readonly disable: boolean }
  /** `pauseMs`: the address asked that no message of the webhook is sent for this time. */
  | { readonly state: 'waiting'; readonly delayMs: number; readonly pauseMs: number };

/**
 * Decides what follows a try. Only a 2xx answer counts as delivered. 410 asks for no more messages,
 * so the webhook is disabled. After any other answer the message is tried again, with growing
 * delays, until its time is over. If the address asks for a wait, no try comes sooner, up to the
 * longest delay. `tries` counts this try; `random` is from 0 to 1 and spreads the messages over
 * time.
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
