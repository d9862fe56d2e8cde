/*
 * How a message leaves the outbox:
 *
 * 1. The transaction of a change writes the message (write_webhook_deliveries in the database), so
 *    the message exists exactly if the change does.
 * 2. One process takes the message for a lease: claim-deliveries.ts.
 * 3. The process sends the message, and saves the try and what follows: save-try.ts.
 *
 * A process that ends between steps 2 and 3 has saved nothing. Another process then sends the
 * message again after the lease, with the same id. So a message comes once or more, and its id
 * shows which message it is.
 */
import { randomUUID } from 'node:crypto';
import { type DeliveryState, decideAfterTry } from '@renderdeck/domain';
import {
  type ClaimedDelivery,
  claimDelivery,
  claimDueDeliveries,
  saveTry,
  type Try,
} from '@renderdeck/store/extras';
import type { DatabaseContext } from '../operation-context.ts';

/** Longer than one try takes. */
const DELIVERY_LEASE_MS = 20_000;
/** How many messages one process sends to one receiver at the same time. */
const PER_RECEIVER = 4;
/**
 * To how many receivers one process sends at the same time, if each has enough messages. A farm has
 * fewer webhooks, so callbacks always find a place.
 */
const MOST_RECEIVERS = 100;

/**
 * Sends one message and gives the result. Never throws. Null: this process is ending, and nobody
 * knows whether the message arrived.
 */
export type Send = (
  message: ClaimedDelivery,
) => Promise<(Omit<Try, 'number'> & { readonly retryAfterMs: number | null }) | null>;

/** Takes due messages to receivers that are not busy, with the lease to send them under. */
export async function takeMessages(
  { db }: DatabaseContext,
  { busy }: { readonly busy: readonly string[] },
): Promise<{ readonly lease: string; readonly messages: readonly ClaimedDelivery[] }> {
  const lease = randomUUID();
  const claim = {
    lease,
    leaseMs: DELIVERY_LEASE_MS,
    busy,
    perReceiver: PER_RECEIVER,
    mostCallbacks: PER_RECEIVER * Math.max(0, MOST_RECEIVERS - busy.length),
  };
  return { lease, messages: await claimDueDeliveries(db, claim) };
}

/**
 * Sends a taken message and saves the result. Returns the state of the message after it. If the
 * result is unknown, saves nothing and returns null; then the message is sent again after the
 * lease.
 */
export async function sendMessage(
  { db }: DatabaseContext,
  lease: string,
  message: ClaimedDelivery,
  send: Send,
): Promise<DeliveryState | null> {
  const made = await send(message);
  if (made === null) return null;
  const { id, tries, leftMs } = message;
  const after = decideAfterTry(made, { tries, leftMs, random: Math.random() });
  await saveTry(db, { id, lease }, { ...made, number: tries }, after);
  return after.state;
}

/** Sends one message now. False if another process is sending it. */
export async function sendNow(
  context: DatabaseContext,
  { id }: { readonly id: string },
  send: Send,
): Promise<boolean> {
  const lease = randomUUID();
  const message = await claimDelivery(context.db, id, { lease, leaseMs: DELIVERY_LEASE_MS });
  if (message === null) return false;
  await sendMessage(context, lease, message, send);
  return true;
}
