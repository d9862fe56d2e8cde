import type { WebhookEvent } from '@renderdeck/contract';

/** What a webhook can be told, in the page's words. */
export const EVENT_LABELS: Readonly<Record<WebhookEvent, string>> = {
  ended: 'A job ends',
  failed: 'A job fails',
  notProven: 'A stop is not proven, and when it is settled',
  hostSilent: 'A host is silent',
};
