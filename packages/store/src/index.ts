/*
 * The only SQL of Renderdeck: Drizzle schema, migrations, LISTEN/NOTIFY, and one named function per statement. Each statement's head says which
 * rows it touches, what it locks, what fences it, in what order and by which index. Imports domain, drizzle-orm and postgres.
 *
 * Read first: schema/jobs.ts (the hot table), schema/job-changes.ts (history, live feed and queue counter in one), then
 * statements/claim-next-job.ts, lock-job.ts and save-job.ts. Programs open it through "./connect".
 */
export * from './channels.ts';
export type { Database } from './connect.ts';
export { inTransaction } from './in-transaction.ts';
export {
  CHANGE_EVENTS,
  type ChangeEvent,
  type LogStream,
  type StoredTree,
  type UsageSample,
} from './schema/index.ts';
export { sqlState } from './sql-state.ts';
export * from './statements/attempt-log.ts';
export * from './statements/audit-seals.ts';
export * from './statements/claim-next-job.ts';
export * from './statements/find-attempt.ts';
export * from './statements/find-attempts-of-job.ts';
export * from './statements/find-expired-jobs.ts';
export * from './statements/find-job-definition.ts';
export * from './statements/find-stop-request.ts';
export * from './statements/find-unconfirmed-attempts.ts';
export * from './statements/forget-changes.ts';
export * from './statements/insert-audit-entry.ts';
export * from './statements/insert-job.ts';
export * from './statements/insert-job-change.ts';
export * from './statements/job-views.ts';
export * from './statements/last-change-since.ts';
export * from './statements/list-audit.ts';
export * from './statements/list-hosts.ts';
export * from './statements/lock-job.ts';
export * from './statements/lock-queue-order.ts';
export * from './statements/login-attempts.ts';
export * from './statements/notify.ts';
export * from './statements/preview-position.ts';
export * from './statements/queue-position.ts';
export * from './statements/read-changes.ts';
export * from './statements/refusal-counts.ts';
export * from './statements/renew-leases.ts';
export * from './statements/save-attempt.ts';
export * from './statements/save-host.ts';
export * from './statements/save-job.ts';
export * from './statements/save-progress.ts';
export * from './statements/save-usage.ts';
export * from './statements/sessions.ts';
export * from './statements/stop-totals.ts';
export * from './statements/submissions.ts';
export * from './statements/tokens.ts';
export * from './statements/users.ts';
