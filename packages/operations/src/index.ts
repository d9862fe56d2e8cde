/*
 * The operations: one verb, one file. Each one takes the same steps: open a transaction, lock,
 * decide (domain), save, audit, notify, return. May import domain and store.
 *
 * Form: `(context, input) → Promise<Result<T>>`. If a rule rejects an operation, it returns the
 * rejection (domain's rejection.ts) and changes nothing. A throw is a bug or a lost connection. An
 * operation that no rule can reject returns `Done<T>`. A read that no rule can reject, like
 * listJobs, returns T itself. A read of one statement is the store's own function `(db, …)`,
 * exported from here.
 *
 * Read first: admin/cancel-job.ts (the steps of a cancel), admin/set-priority.ts, then
 * worker/claim-job.ts, worker/finish-attempt.ts and worker/acknowledge-stop.ts. Every change of a
 * job goes through save-change.ts, except claims and changes of priority.
 */
export {
  API_CONNECTIONS,
  addressGroup,
  decideAuditResult,
  didHold,
  type JobView,
  publishedBy,
  type Rejection,
  type RequestContext,
  stepsOf,
  tagsOfNexrenderJob,
} from '@renderdeck/domain';
// Reads of a single statement: they are the store's own functions.
export {
  ACCESS_CHANNEL,
  type AccountView,
  type AskedStop,
  type AttemptNews,
  type AttemptRow,
  type AuditHole,
  type AuditPlace,
  type AuditRow,
  areOfOneIncarnation,
  BEAT_EVERY_MS,
  CHECK_PAYLOAD,
  countIdleHosts,
  countJobs,
  DRAIN_PAYLOAD,
  endApiRun,
  findAttempt,
  findAttemptsWithParts,
  findCheckAsked,
  findDefinitions,
  findHost,
  findHostLogin,
  findJobOfUid,
  findJobView,
  findLogEnds,
  findOpenTreeMarkers,
  findStopRequest,
  findUnconfirmedAttempts,
  type HostState,
  hasSeenAllOf,
  type JobDefinition,
  type ListedChange,
  type ListPlace,
  type LogEnd,
  leaveFarm,
  listAccounts,
  listFilterNames,
  listHostViews,
  listOpenInvitations,
  listOpenSessions,
  listReasons,
  listTokens,
  listUsedTemplates,
  listUserNames,
  notifyNoneWaits,
  type Orphan,
  QUEUE_CHANNEL,
  readClock,
  readDatabaseSize,
  readIncarnation,
  readQueuePayload,
  STOPS_CHANNEL,
  saveApiBeat,
  type TokenRow,
  type UsedTemplate,
  workerChannel,
} from '@renderdeck/store';
export * from './access/authenticate.ts';
export { changePassword } from './access/change-password.ts';
export * from './access/count-refusals.ts';
export { LOGIN_HOLD } from './access/limit-logins.ts';
export { login, logout, SESSION_LIFE, type SessionLife } from './access/login.ts';
export * from './access/read-session-end.ts';
export * from './access/tokens.ts';
export {
  createFirstAdmin,
  createUser,
  updateUser,
} from './access/users.ts';
export * from './admin/cancel-job.ts';
export * from './admin/check-host.ts';
export * from './admin/declare-host-gone.ts';
export * from './admin/drain-host.ts';
export * from './admin/get-attempt-log.ts';
export * from './admin/get-attempt-usage.ts';
export * from './admin/get-job.ts';
export * from './admin/get-log-text.ts';
export * from './admin/get-output.ts';
export * from './admin/get-receipt.ts';
export * from './admin/group-priority-changes.ts';
export * from './admin/group-submissions.ts';
export * from './admin/host-reader.ts';
export * from './admin/list-attempts.ts';
export * from './admin/list-failures.ts';
export * from './admin/list-job-changes.ts';
export * from './admin/list-jobs.ts';
export * from './admin/list-pictures.ts';
export * from './admin/preview-priority.ts';
export * from './admin/preview-submit.ts';
export * from './admin/read-job-changes.ts';
export * from './admin/release-host.ts';
export * from './admin/resubmit-job.ts';
export * from './admin/set-priority.ts';
export * from './admin/set-tags.ts';
export * from './admin/submit-job.ts';
export * from './audit/list-audit.ts';
export { sealAudit, sealHash } from './audit/seal-audit.ts';
export * from './audit/verify-audit.ts';
export * from './background/keep-queue-counts.ts';
export * from './background/settle-awaiting-jobs.ts';
export { gather } from './gather.ts';
export * from './hosts/invite-host.ts';
export * from './hosts/join-host.ts';
export * from './hosts/revoke-host-login.ts';
export * from './hosts/withdraw-invitation.ts';
export type {
  AdminContext,
  Done,
  Result,
  WorkerContext,
} from './operation-context.ts';
export * from './worker/acknowledge-stop.ts';
export * from './worker/allow-publish.ts';
export * from './worker/claim-job.ts';
export * from './worker/finish-attempt.ts';
export * from './worker/lease-recoverer.ts';
export type { HeldJob, NextClaim, OwnedJob } from './worker/new-claim.ts';
export type { Attempt, Ended } from './worker/own-job.ts';
export * from './worker/pass-publish-gate.ts';
export * from './worker/read-requests.ts';
export * from './worker/read-secrets.ts';
export * from './worker/record-attempt.ts';
export * from './worker/record-host-check.ts';
export * from './worker/record-host-report.ts';
export * from './worker/record-journal-sent.ts';
export * from './worker/record-output.ts';
export * from './worker/record-pictures.ts';
export * from './worker/record-published.ts';
export * from './worker/record-renderer.ts';
export * from './worker/record-stop-received.ts';
export * from './worker/record-unproven.ts';
export * from './worker/recover-lost.ts';
export * from './worker/register-host.ts';
export * from './worker/release-attempt.ts';
export * from './worker/renew-leases.ts';
export * from './worker/report-orphan.ts';
export * from './worker/report-stop.ts';
export type { Reports } from './worker/reports.ts';
export * from './worker/restore-attempt.ts';
