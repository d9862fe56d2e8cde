/*
 * All SQL of Renderdeck: the Drizzle schema, the migrations, LISTEN/NOTIFY, and one function per
 * statement. The head of each statement names the rows, the lock, the fence, the order and the
 * index. Imports domain, drizzle-orm and postgres only.
 *
 * Read first: schema/jobs.ts (the busiest table), schema/job-changes.ts (history, live events and
 * queue counter), then statements/jobs/claim-next-job.ts, lock-job.ts and save-job.ts.
 * Programs open the store through "./connect".
 */
export * from './channels.ts';
export type { Database } from './connect.ts';
export { inSnapshot } from './in-snapshot.ts';
export { inTransaction } from './in-transaction.ts';
export * from './notify.ts';
export type { ChangeEvent } from './schema/index.ts';
export { HOST_LOGIN_REFUSED, sqlState } from './sql-state.ts';
/* users, sessions, api_tokens, login_attempts */
export * from './statements/access/login-attempts.ts';
export * from './statements/access/sessions.ts';
export * from './statements/access/tokens.ts';
export * from './statements/access/users.ts';
/* attempts */
export * from './statements/attempts/declare-attempts.ts';
export * from './statements/attempts/find-attempt.ts';
export * from './statements/attempts/find-attempts-of-job.ts';
export * from './statements/attempts/find-attempts-with-parts.ts';
export * from './statements/attempts/find-open-tree-markers.ts';
export * from './statements/attempts/find-unconfirmed-attempts.ts';
export * from './statements/attempts/find-unproven-attempts.ts';
export * from './statements/attempts/list-attempt-numbers.ts';
export * from './statements/attempts/save-attempt.ts';
export * from './statements/attempts/save-progress.ts';
export * from './statements/attempts/save-usage.ts';
/* audit_log, audit_seals, refusal_counts */
export * from './statements/audit/insert-audit-entry.ts';
export * from './statements/audit/list-audit-rows.ts';
export * from './statements/audit/refusal-counts.ts';
export * from './statements/audit/seals.ts';
export * from './statements/audit/try-lock-sealer.ts';
export * from './statements/audit/unsealed-lines.ts';
/* render_hosts */
export * from './statements/hosts/find-awaited-hosts.ts';
export * from './statements/hosts/find-host.ts';
export * from './statements/hosts/find-host-login.ts';
export * from './statements/hosts/host-checks.ts';
export * from './statements/hosts/list-host-views.ts';
export * from './statements/hosts/read-host-words.ts';
export * from './statements/hosts/save-host.ts';
export * from './statements/hosts/save-host-gone.ts';
export * from './statements/hosts/save-host-released.ts';
export * from './statements/hosts/save-host-report.ts';
export * from './statements/hosts/save-journal-sent.ts';
export * from './statements/incarnations/incarnation.ts';
export * from './statements/incarnations/open-incarnation.ts';
/* database_incarnations */
export * from './statements/incarnations/read-clock.ts';
/* job_changes, job_changes_forgotten */
export * from './statements/job-changes/cursor.ts';
export * from './statements/job-changes/find-last-change-since.ts';
export * from './statements/job-changes/insert-job-change.ts';
export * from './statements/job-changes/prune-changes.ts';
export * from './statements/job-changes/read-changes.ts';
/* jobs, job_definitions, job_secrets */
export * from './statements/jobs/change-job.ts';
export * from './statements/jobs/claim-next-job.ts';
export * from './statements/jobs/count-jobs.ts';
export * from './statements/jobs/delete-old-secrets.ts';
export * from './statements/jobs/find-held-leases.ts';
export * from './statements/jobs/find-job-definition.ts';
export * from './statements/jobs/find-job-views.ts';
export * from './statements/jobs/find-job-with-attempts.ts';
export * from './statements/jobs/find-jobs-awaiting-hosts.ts';
export * from './statements/jobs/find-stop-request.ts';
export * from './statements/jobs/insert-job.ts';
export * from './statements/jobs/list-jobs.ts';
export * from './statements/jobs/lock-job.ts';
export * from './statements/jobs/lock-queue-order.ts';
export * from './statements/jobs/preview-position.ts';
export * from './statements/jobs/read-job-secrets.ts';
export * from './statements/jobs/read-queue-positions.ts';
export * from './statements/jobs/read-stop-totals.ts';
export * from './statements/jobs/renew-leases.ts';
export * from './statements/jobs/save-job.ts';
/* attempt_log */
export * from './statements/log/log-chunks.ts';
/* submissions */
export * from './statements/submissions/find-or-insert-submission.ts';
export * from './statements/submissions/prune-submissions.ts';
