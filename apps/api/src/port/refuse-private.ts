import { refuse } from '@renderdeck/contract';
import type { WebhookAddresses } from '../webhooks/webhook-addresses.ts';

/** Refuses an address to which messages may not go. `field` names it in the sentence. */
export function refusePrivate(
  { problemOf }: WebhookAddresses,
  field: string,
  address: string,
): void {
  const problem = problemOf(new URL(address));
  if (problem !== null) throw refuse('address_refused', `${field}: ${problem}.`);
}
