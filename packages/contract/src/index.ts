/*
 * What a client may know: schemas, receipts and error codes. Browser-safe: it imports domain, zod,
 * and from @trpc/server only the error class. The router is the entry "./router": the server runs
 * it, clients take its type.
 *
 * Read first: router.ts (every procedure on one page), jobs/job.ts (the job and its cancel receipt
 * on the wire), errors.ts (every error code), admin-port.ts (what the router asks of the server).
 */
export {
  type Actor,
  ANONYMOUS,
  HIDDEN,
  isAllowed,
  isFinal,
  isRunning,
  JOB_STATUSES,
  type JobStatus,
  PERMISSIONS,
  PRIORITY,
  ROLES,
  type Role,
  readLogCursor,
  STATUS_MEANING,
  WRITES,
  writeLogCursor,
} from '@renderdeck/domain';
export * from './access/access.ts';
export * from './audit/list-audit.ts';
export * from './audit/verify-audit.ts';
export * from './errors.ts';
export * from './hosts/check-host.ts';
export * from './hosts/declare-host-gone.ts';
export { describeLogin } from './hosts/describe-login.ts';
export { describePlatform } from './hosts/describe-platform.ts';
export { describeKillTest, describePreparation } from './hosts/describe-reports.ts';
export { describeScriptReach } from './hosts/describe-script-reach.ts';
export { explainSession } from './hosts/explain-session.ts';
export * from './hosts/list-hosts.ts';
export * from './hosts/release-host.ts';
export * from './instant.ts';
export * from './jobs/attempt-log.ts';
export * from './jobs/cancel-job.ts';
export * from './jobs/get-job.ts';
export * from './jobs/job.ts';
export * from './jobs/job-change.ts';
export * from './jobs/list-jobs.ts';
export * from './jobs/set-priority.ts';
export * from './jobs/submit-job.ts';
export * from './jobs/wire-job.ts';
export * from './nexrender-job.ts';
export * from './session/session.ts';
