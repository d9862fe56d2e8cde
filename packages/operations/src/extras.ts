/**
 * The operations of what depends on the core: measures, retention, webhooks (ARCHITECTURE.md). The
 * core may not import this entry point.
 */
// Reads of a single statement: they are the store's own functions.
export {
  type ClaimedDelivery,
  type CountedWork,
  type DeliveryView,
  type FarmNow,
  listDeliveryViews,
  listWebhookViews,
  type PaceNumber,
  readToldProblems,
  type Times,
  type WebhookView,
} from '@renderdeck/store/extras';
export * from './measures/estimate-ends.ts';
export * from './measures/forecast-farm.ts';
export * from './measures/forecaster.ts';
export * from './measures/get-measures.ts';
export * from './measures/measure-new-attempts.ts';
export * from './measures/read-farm-totals.ts';
export * from './retention/delete-ended-secrets.ts';
export * from './retention/delete-old-jobs.ts';
export * from './retention/prune-old-changes.ts';
export * from './webhooks/deliveries.ts';
export * from './webhooks/problem-watcher.ts';
export * from './webhooks/prune-messages.ts';
export * from './webhooks/send-messages.ts';
export * from './webhooks/webhooks.ts';
