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
export * from './notify.ts';
export { CHANGE_EVENTS, type ChangeEvent } from './schema/index.ts';
export { sqlState } from './sql-state.ts';
export * from './statements/access/login-attempts.ts';
export * from './statements/access/sessions.ts';
export * from './statements/access/tokens.ts';
export * from './statements/access/users.ts';
export * from './statements/attempts/find-attempt.ts';
export * from './statements/attempts/find-attempts-of-job.ts';
export * from './statements/attempts/find-unconfirmed-attempts.ts';
export * from './statements/attempts/save-attempt.ts';
export * from './statements/attempts/save-progress.ts';
export * from './statements/attempts/save-usage.ts';
export * from './statements/audit/audit-seals.ts';
export * from './statements/audit/insert-audit-entry.ts';
export * from './statements/audit/list-audit-rows.ts';
export * from './statements/audit/refusal-counts.ts';
export * from './statements/hosts/list-host-views.ts';
export * from './statements/hosts/save-host.ts';
export * from './statements/job-changes/find-last-change-since.ts';
export * from './statements/job-changes/insert-job-change.ts';
export * from './statements/job-changes/prune-changes.ts';
export * from './statements/job-changes/read-changes.ts';
export * from './statements/jobs/claim-next-job.ts';
export * from './statements/jobs/find-expired-jobs.ts';
export * from './statements/jobs/find-job-definition.ts';
export * from './statements/jobs/find-stop-request.ts';
export * from './statements/jobs/insert-job.ts';
export * from './statements/jobs/job-views.ts';
export * from './statements/jobs/lock-job.ts';
export * from './statements/jobs/lock-queue-order.ts';
export * from './statements/jobs/preview-position.ts';
export * from './statements/jobs/queue-position.ts';
export * from './statements/jobs/read-stop-totals.ts';
export * from './statements/jobs/renew-leases.ts';
export * from './statements/jobs/save-job.ts';
export * from './statements/log/log-chunks.ts';
export * from './statements/submissions/find-or-insert-submission.ts';
