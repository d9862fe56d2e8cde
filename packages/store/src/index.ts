/*
 * All SQL of Renderdeck: the Drizzle schema, the migrations, LISTEN/NOTIFY, and one function for
 * each statement. The comment of each statement names its rows, lock, fence, order and index.
 * Imports only domain, drizzle-orm and postgres.
 *
 * Read first: schema/jobs.ts (the busiest table), schema/job-changes.ts (history, live events and
 * queue counter), then statements/jobs/claim-next-job.ts, lock-job.ts and change-job.ts. Programs
 * open the store through "./connect".
 */
export * from './channels.ts';
export type { Database } from './database.ts';
export { databaseCondition } from './database-conditions.ts';
export { HOST_SHAPES } from './host-shapes.ts';
export * from './in-transaction.ts';
export { inSnapshot } from './in-transaction.ts';
export * from './queue-payload.ts';
export type { ChangeEvent } from './schema/index.ts';
export { HOST_LOGIN_REFUSED, isAttemptKnown, isRefusedValue, sqlState } from './sql-state.ts';
/* users, sessions, api_tokens, login_attempts, known_addresses */
export * from './statements/access/account-names.ts';
export * from './statements/access/find-session-end.ts';
export * from './statements/access/known-addresses.ts';
export * from './statements/access/login-attempts.ts';
export * from './statements/access/sessions.ts';
export * from './statements/access/tokens.ts';
export * from './statements/access/users.ts';
/* attempts */
export * from './statements/attempts/declare-attempts.ts';
export * from './statements/attempts/find-attempt.ts';
export * from './statements/attempts/find-attempt-usage.ts';
export * from './statements/attempts/find-attempts-of-job.ts';
export * from './statements/attempts/find-attempts-with-parts.ts';
export * from './statements/attempts/find-numbered-attempt.ts';
export * from './statements/attempts/find-open-tree-markers.ts';
export * from './statements/attempts/find-unconfirmed-attempts.ts';
export * from './statements/attempts/find-unproven-attempts.ts';
export * from './statements/attempts/list-attempt-numbers.ts';
export * from './statements/attempts/list-attempts.ts';
export * from './statements/attempts/save-attempt.ts';
export * from './statements/attempts/save-reports.ts';
export * from './statements/attempts/save-tree.ts';
/* audit_log, audit_seals, refusal_counts, api_runs */
export * from './statements/audit/api-runs.ts';
export * from './statements/audit/insert-audit-entry.ts';
export * from './statements/audit/list-audit-rows.ts';
export * from './statements/audit/list-reasons.ts';
export * from './statements/audit/refusal-counts.ts';
export * from './statements/audit/seals.ts';
export * from './statements/audit/try-lock-sealer.ts';
export * from './statements/audit/unsealed-lines.ts';
/* render_hosts */
export * from './statements/hosts/count-idle-hosts.ts';
export * from './statements/hosts/find-host.ts';
export * from './statements/hosts/find-host-login.ts';
export * from './statements/hosts/host-checks.ts';
export * from './statements/hosts/host-reports.ts';
export * from './statements/hosts/invitations.ts';
export * from './statements/hosts/list-host-views.ts';
export * from './statements/hosts/read-database-size.ts';
export * from './statements/hosts/read-heartbeats.ts';
export * from './statements/hosts/read-hosts-now.ts';
export * from './statements/hosts/read-recent-ends.ts';
export * from './statements/hosts/read-requests.ts';
export * from './statements/hosts/save-drain.ts';
export * from './statements/hosts/save-host.ts';
export * from './statements/hosts/save-lost-output.ts';
export * from './statements/hosts/unheard-hosts.ts';
export * from './statements/incarnations/incarnation.ts';
export * from './statements/incarnations/open-incarnation.ts';
/* database_incarnations */
export * from './statements/incarnations/read-clock.ts';
/* job_changes, job_changes_forgotten */
export * from './statements/job-changes/cursor.ts';
export * from './statements/job-changes/find-last-change-since.ts';
export * from './statements/job-changes/insert-job-change.ts';
export * from './statements/job-changes/list-changes.ts';
export * from './statements/job-changes/read-changes.ts';
/* jobs, job_definitions, job_secrets, receipts */
export * from './statements/jobs/change-job.ts';
export * from './statements/jobs/change-job-and-claim.ts';
export * from './statements/jobs/change-priorities.ts';
export type * from './statements/jobs/changed-job.ts';
export type { Claim, ClaimedJob } from './statements/jobs/claim-ctes.ts';
export * from './statements/jobs/claim-next-job.ts';
export * from './statements/jobs/copy-order.ts';
export * from './statements/jobs/count-ended.ts';
export * from './statements/jobs/count-jobs.ts';
export type { StartShift } from './statements/jobs/estimate-of.ts';
export * from './statements/jobs/find-callback-secret.ts';
export * from './statements/jobs/find-definitions.ts';
export * from './statements/jobs/find-held-leases.ts';
export * from './statements/jobs/find-job-details.ts';
export * from './statements/jobs/find-job-views.ts';
export * from './statements/jobs/find-job-with-attempts.ts';
export * from './statements/jobs/find-jobs-awaiting-hosts.ts';
export * from './statements/jobs/find-receipt.ts';
export * from './statements/jobs/find-stop-request.ts';
export * from './statements/jobs/insert-jobs.ts';
export * from './statements/jobs/insert-priority-entries.ts';
export type { JobFilter, ListSection } from './statements/jobs/job-filter.ts';
export * from './statements/jobs/list-failures.ts';
export * from './statements/jobs/list-filter-names.ts';
export type { ListPlace, ListStart } from './statements/jobs/list-orders.ts';
export * from './statements/jobs/list-places.ts';
export * from './statements/jobs/list-templates.ts';
export * from './statements/jobs/lock-job.ts';
export * from './statements/jobs/lock-queue-order.ts';
export * from './statements/jobs/preview-position.ts';
export * from './statements/jobs/preview-submit-position.ts';
export * from './statements/jobs/read-job-secrets.ts';
export * from './statements/jobs/renew-leases.ts';
/* attempt_log */
export * from './statements/log/find-log-text.ts';
export * from './statements/log/log-chunks.ts';
/* job_outputs */
export * from './statements/outputs/find-outputs.ts';
export * from './statements/outputs/save-output.ts';
/* job_pictures */
export * from './statements/pictures/find-pictures.ts';
export * from './statements/pictures/save-pictures.ts';
/* queue_counts, queue_folds */
export * from './statements/queue/notify-waits.ts';
export * from './statements/queue/queue-counts.ts';
export * from './statements/queue/queue-end.ts';
/* submissions */
export * from './statements/submissions/find-or-insert-submission.ts';
export * from './statements/submissions/nexrender-uids.ts';
