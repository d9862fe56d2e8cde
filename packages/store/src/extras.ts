/**
 * The statements of what depends on the core: measures, retention, webhooks (ARCHITECTURE.md). The
 * core may not import this entry point.
 */
/* queue_forecasts, forecast_samples, forecast_errors */
export * from './statements/forecasts/farm-now.ts';
export * from './statements/forecasts/forecast-errors.ts';
export * from './statements/forecasts/save-forecast.ts';
export * from './statements/forecasts/waiting-work.ts';
/* measures, render_paces, queue_samples */
export * from './statements/measures/measure-attempts.ts';
export * from './statements/measures/read-failures.ts';
export * from './statements/measures/read-measures.ts';
export {
  readQueueNow,
  readQueueSamples,
  readUsualWaiting,
  readWaitingTimes,
} from './statements/measures/read-queue-now.ts';
export * from './statements/measures/read-stop-totals.ts';
export * from './statements/measures/running-paces.ts';
export * from './statements/measures/sample-farm.ts';
/* rows that are too old */
export * from './statements/retention/delete-old-jobs.ts';
export * from './statements/retention/delete-old-secrets.ts';
export * from './statements/retention/prune-changes.ts';
export * from './statements/retention/prune-submissions.ts';
/* webhooks, webhook_secrets, webhook_deliveries, webhook_tries, unproven_stops, host_silences,
   queue_stalls */
export * from './statements/webhooks/add-problem-messages.ts';
export * from './statements/webhooks/claim-deliveries.ts';
export * from './statements/webhooks/count-waiting.ts';
export * from './statements/webhooks/deliveries.ts';
export * from './statements/webhooks/queue-stall.ts';
export * from './statements/webhooks/save-try.ts';
export * from './statements/webhooks/webhooks.ts';
