import type { Action } from '@renderdeck/domain';
import { createToken } from './access/create-token.ts';
import { createUser } from './access/create-user.ts';
import { listSessions } from './access/list-sessions.ts';
import { listTokens } from './access/list-tokens.ts';
import { listUsers } from './access/list-users.ts';
import { revokeSession } from './access/revoke-session.ts';
import { revokeToken } from './access/revoke-token.ts';
import { updateUser } from './access/update-user.ts';
import { listAudit } from './audit/list-audit.ts';
import { verifyAudit } from './audit/verify-audit.ts';
import { checkHost } from './hosts/check-host.ts';
import { declareHostGone } from './hosts/declare-host-gone.ts';
import { drainHost, resumeHost } from './hosts/drain-host.ts';
import { inviteHost } from './hosts/invite-host.ts';
import { joinHost } from './hosts/join-host.ts';
import { listAttempts } from './hosts/list-attempts.ts';
import { listHosts, onHostChange } from './hosts/list-hosts.ts';
import { listInvitations, withdrawInvitation } from './hosts/list-invitations.ts';
import { releaseHost } from './hosts/release-host.ts';
import { revokeHostLogin } from './hosts/revoke-host-login.ts';
import { cancelJob } from './jobs/cancel-job.ts';
import { getAttemptLog, onAttemptLog } from './jobs/get-attempt-log.ts';
import { getAttemptUsage } from './jobs/get-attempt-usage.ts';
import { getJob } from './jobs/get-job.ts';
import { getLogText } from './jobs/get-log-text.ts';
import { getOutputFile } from './jobs/get-output-file.ts';
import { getOutputLink } from './jobs/get-output-link.ts';
import { getPicture } from './jobs/get-picture.ts';
import { getReceipt } from './jobs/get-receipt.ts';
import { listFailures } from './jobs/list-failures.ts';
import { listJobChanges } from './jobs/list-job-changes.ts';
import { listJobFilters } from './jobs/list-job-filters.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { listPictures } from './jobs/list-pictures.ts';
import { listReasons } from './jobs/list-reasons.ts';
import { listTemplates } from './jobs/list-templates.ts';
import { onJobChange } from './jobs/on-job-change.ts';
import { previewPriority } from './jobs/preview-priority.ts';
import { previewSubmit } from './jobs/preview-submit.ts';
import { resubmitJob } from './jobs/resubmit-job.ts';
import { setPriority } from './jobs/set-priority.ts';
import { setTags } from './jobs/set-tags.ts';
import { submitJob } from './jobs/submit-job.ts';
import { getMeasures } from './measures/get-measures.ts';
import { changePassword } from './session/change-password.ts';
import { login } from './session/login.ts';
import { logout } from './session/logout.ts';
import { me } from './session/me.ts';
import type { ProcedureSpec } from './spec.ts';
import { createWebhook } from './webhooks/create-webhook.ts';
import { deleteWebhook } from './webhooks/delete-webhook.ts';
import { listDeliveries } from './webhooks/list-deliveries.ts';
import { listWebhooks } from './webhooks/list-webhooks.ts';
import { redeliver } from './webhooks/redeliver.ts';
import { testWebhook } from './webhooks/test-webhook.ts';
import { updateWebhook } from './webhooks/update-webhook.ts';

/** All procedures, each under the name of its action. */
export const PROCEDURES = {
  changePassword,
  login,
  logout,
  me,
  cancelJob,
  getAttemptLog,
  onAttemptLog,
  getAttemptUsage,
  getJob,
  getLogText,
  getPicture,
  getOutputLink,
  getOutputFile,
  getReceipt,
  listFailures,
  listJobChanges,
  listJobFilters,
  listJobs,
  listPictures,
  listReasons,
  listTemplates,
  onJobChange,
  previewPriority,
  previewSubmit,
  resubmitJob,
  setPriority,
  setTags,
  submitJob,
  listAudit,
  verifyAudit,
  checkHost,
  declareHostGone,
  drainHost,
  inviteHost,
  joinHost,
  listAttempts,
  listHosts,
  listInvitations,
  onHostChange,
  releaseHost,
  resumeHost,
  revokeHostLogin,
  withdrawInvitation,
  getMeasures,
  createToken,
  createUser,
  listSessions,
  listTokens,
  listUsers,
  revokeSession,
  revokeToken,
  updateUser,
  createWebhook,
  deleteWebhook,
  listDeliveries,
  listWebhooks,
  redeliver,
  testWebhook,
  updateWebhook,
} as const satisfies { readonly [Name in Action]: ProcedureSpec & { readonly action: Name } };
