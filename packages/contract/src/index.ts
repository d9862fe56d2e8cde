/*
 * What a client may know: schemas, receipts and error codes. Browser-safe: it imports domain, zod,
 * and from @trpc/server only the error class. The router is the entry "./router": the server runs
 * it, and clients use its type.
 *
 * Read first: router.ts (every procedure on one page), jobs/job.ts (the job and its cancel receipt
 * on the wire), errors.ts (every error code), admin-port.ts (the methods that the router calls on
 * the server).
 */
export {
  ACTIONS,
  type Action,
  type Actor,
  ANONYMOUS,
  AUDIT_DEEDS,
  AUDIT_RESULTS,
  type AuditDeed,
  type AuditResult,
  actionsOf,
  changesAccess,
  createRedactor,
  DEFAULT_JOB_SORT,
  endKnownBy,
  endOf,
  explainDrain,
  explainObstacle,
  failureReason,
  forEachStatus,
  HIDDEN,
  type HiddenPlace,
  HOST_STATES,
  hidesTooMuch,
  isAllowed,
  isFinal,
  isFullPath,
  isQueued,
  isRepeatable,
  isRunning,
  isStopping,
  isWrite,
  JOB_SORTS,
  JOB_STATUSES,
  type JobSort,
  type JobSortKey,
  type JobStatus,
  type Json,
  keepSecrets,
  MEASURE_RANGES,
  type MeasureRange,
  MOST_COUNTED,
  type Moment,
  mayReadWholeAudit,
  NAMED_BY_JOB,
  NO_PICTURE,
  nameActor,
  nexrenderPriority,
  PASSWORD_LENGTH,
  PICTURE,
  PRIORITY,
  priorityOfNexrender,
  ROLES,
  type Role,
  readLogCursor,
  resolveSecretPaths,
  SERVER_FIELDS,
  STATUS_MEANING,
  sortOf,
  splitSecrets,
  tagsOfNexrenderJob,
  textsOfSecrets,
  VERSION,
  visibleJson,
  visibleLine,
  visibleText,
  WEBHOOK_EVENTS,
  WEBHOOK_SHAPES,
  type WebhookEvent,
  type WebhookShape,
  WRITES,
  type Write,
  writeLogCursor,
  writePath,
  writeSecretPath,
} from '@renderdeck/domain';
export * from './access/account.ts';
export * from './errors.ts';
export * from './file-size.ts';
export { describeLostOutputs } from './hosts/describe-lost-outputs.ts';
export { describeKillTest, describePreparation } from './hosts/describe-reports.ts';
export { describeSize } from './hosts/describe-size.ts';
export {
  describeLogin,
  describePlatform,
  describeScriptReach,
  describeVersions,
  explainSession,
} from './hosts/host-facts.ts';
export { joinCommand } from './hosts/join-command.ts';
export type { ToldProblems } from './hosts/told-problems.ts';
export * from './instant.ts';
export * from './jobs/describe-cached.ts';
export * from './jobs/describe-estimate.ts';
export * from './jobs/describe-output.ts';
export * from './jobs/describe-stop.ts';
export * from './jobs/describe-transfer.ts';
export * from './jobs/estimate.ts';
export * from './jobs/job.ts';
export * from './jobs/job-facts.ts';
export * from './jobs/output.ts';
export * from './jobs/status-label.ts';
export * from './jobs/transfer.ts';
export * from './jobs/wire-job.ts';
export * from './measures/wire-measures.ts';
export * from './nexrender-job.ts';
export * from './procedures/access/create-token.ts';
export * from './procedures/access/create-user.ts';
export * from './procedures/access/list-sessions.ts';
export * from './procedures/access/list-tokens.ts';
export * from './procedures/access/list-users.ts';
export * from './procedures/access/revoke-session.ts';
export * from './procedures/access/revoke-token.ts';
export * from './procedures/access/update-user.ts';
export * from './procedures/audit/list-audit.ts';
export * from './procedures/audit/verify-audit.ts';
export * from './procedures/examples.ts';
export * from './procedures/hosts/check-host.ts';
export * from './procedures/hosts/declare-host-gone.ts';
export * from './procedures/hosts/drain-host.ts';
export * from './procedures/hosts/invite-host.ts';
export * from './procedures/hosts/join-host.ts';
export * from './procedures/hosts/list-attempts.ts';
export * from './procedures/hosts/list-hosts.ts';
export * from './procedures/hosts/list-invitations.ts';
export * from './procedures/hosts/release-host.ts';
export * from './procedures/hosts/revoke-host-login.ts';
export * from './procedures/jobs/cancel-job.ts';
export * from './procedures/jobs/get-attempt-log.ts';
export * from './procedures/jobs/get-attempt-usage.ts';
export * from './procedures/jobs/get-job.ts';
export * from './procedures/jobs/get-log-text.ts';
export * from './procedures/jobs/get-output-file.ts';
export * from './procedures/jobs/get-output-link.ts';
export * from './procedures/jobs/get-picture.ts';
export * from './procedures/jobs/get-receipt.ts';
export * from './procedures/jobs/list-failures.ts';
export * from './procedures/jobs/list-job-changes.ts';
export * from './procedures/jobs/list-jobs.ts';
export * from './procedures/jobs/list-pictures.ts';
export * from './procedures/jobs/list-reasons.ts';
export * from './procedures/jobs/list-templates.ts';
export * from './procedures/jobs/on-job-change.ts';
export * from './procedures/jobs/preview-priority.ts';
export * from './procedures/jobs/preview-submit.ts';
export * from './procedures/jobs/resubmit-job.ts';
export * from './procedures/jobs/set-priority.ts';
export * from './procedures/jobs/set-tags.ts';
export * from './procedures/jobs/submit-job.ts';
export * from './procedures/measures/get-measures.ts';
export * from './procedures/session/change-password.ts';
export * from './procedures/session/login.ts';
export * from './procedures/session/logout.ts';
export * from './procedures/session/me.ts';
export type { ProcedureSpec, RestRoute } from './procedures/spec.ts';
export * from './procedures/webhooks/create-webhook.ts';
export * from './procedures/webhooks/delete-webhook.ts';
export * from './procedures/webhooks/list-deliveries.ts';
export * from './procedures/webhooks/list-webhooks.ts';
export * from './procedures/webhooks/redeliver.ts';
export * from './procedures/webhooks/test-webhook.ts';
export * from './procedures/webhooks/update-webhook.ts';
export * from './session/session.ts';
export { whyNotStorable } from './storable.ts';
export { warnOfJob, warnOfPriority } from './warnings/warn-of-job.ts';
export * from './webhooks/delivery.ts';
export { describeMessage, linkOfMessage } from './webhooks/describe-message.ts';
export * from './webhooks/message.ts';
export * from './webhooks/webhook.ts';
