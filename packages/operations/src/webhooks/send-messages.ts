/*
 * How a message leaves the outbox:
 *
 * 1. The transaction of a change writes it (write_webhook_deliveries in the database), so it is
 *    there exactly when the change is.
 * 2. One process takes it for a lease: claim-deliveries.ts.
 * 3. It sends it, and saves the try and what follows: save-try.ts.
 *
 * A process that ends in between has saved nothing: another one sends the message again after the
 * lease, with the same id. So a message comes once or more, and its id says which one it is.
 */
import { randomUUID } from 'node:crypto';
import { decideAfterTry } from '@renderdeck/domain';
import {
  type ClaimedDelivery,
  claimDelivery,
  claimDueDeliveries,
  saveTry,
  type Try,
} from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

/** Longer than a try takes. */
const DELIVERY_LEASE_MS = 20_000;
/** Messages of one webhook that one process sends at once. */
const PER_WEBHOOK = 4;

/**
 * Sends one message and says how that went. Never throws. Null: this process ends, and whether it
 * arrived is not known.
 */
export type Send = (
  message: ClaimedDelivery,
) => Promise<(Omit<Try, 'number'> & { readonly retryAfterMs: number | null }) | null>;

/** Takes messages that are due, of webhooks that are not busy, and the lease to send them under. */
export async function takeMessages(
  { db }: DatabaseContext,
  { busy }: { readonly busy: readonly string[] },
): Promise<{ readonly lease: string; readonly messages: readonly ClaimedDelivery[] }> {
  const lease = randomUUID();
  const claim = { lease, leaseMs: DELIVERY_LEASE_MS, busy, perWebhook: PER_WEBHOOK };
  return { lease, messages: await claimDueDeliveries(db, claim) };
}

/**
 * Sends a taken message, and saves how that went. Saves nothing where that is not known: it is sent
 * again after the lease.
 */
export async function sendMessage(
  { db }: DatabaseContext,
  lease: string,
  message: ClaimedDelivery,
  send: Send,
): Promise<void> {
  const made = await send(message);
  if (made === null) return;
  const { id, tries, leftMs } = message;
  const after = decideAfterTry(made, { tries, leftMs, random: Math.random() });
  await saveTry(db, { id, lease }, { ...made, number: tries }, after);
}

/** Sends one message now. False where another process sends it. */
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
