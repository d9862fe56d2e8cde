/*
 * Every procedure, on one page. A procedure names its action of ACTIONS, its input and its
 * output, and calls a method of the server's AdminPort. No rule is here.
 * Long because: it is one page of procedures.
 */
import { writeLogCursor } from '@renderdeck/domain';
import { tracked } from '@trpc/server';
import { z } from 'zod';
import {
  createTokenInput,
  createTokenOutput,
  createUserInput,
  createUserOutput,
  listSessionsOutput,
  listTokensOutput,
  listUsersOutput,
  revokeSessionInput,
  revokeTokenInput,
  tokenSchema,
  updateUserInput,
} from './access/access.ts';
import { atOnce } from './at-once.ts';
import { listAuditInput, listAuditOutput } from './procedures/audit/list-audit.ts';
import { verifyAuditInput, verifyAuditOutput } from './procedures/audit/verify-audit.ts';
import { checkHostInput, checkHostOutput } from './procedures/hosts/check-host.ts';
import {
  declareHostGoneInput,
  declareHostGoneOutput,
} from './procedures/hosts/declare-host-gone.ts';
import { listHostsOutput } from './procedures/hosts/list-hosts.ts';
import { releaseHostInput, releaseHostOutput } from './procedures/hosts/release-host.ts';
import { cancelJobInput, cancelJobOutput } from './procedures/jobs/cancel-job.ts';
import {
  getAttemptLogInput,
  getAttemptLogOutput,
  onAttemptLogInput,
} from './procedures/jobs/get-attempt-log.ts';
import {
  getAttemptUsageInput,
  getAttemptUsageOutput,
} from './procedures/jobs/get-attempt-usage.ts';
import { getJobInput, getJobOutput } from './procedures/jobs/get-job.ts';
import { getLogTextInput, getLogTextOutput } from './procedures/jobs/get-log-text.ts';
import {
  getReceiptInput,
  getReceiptOutput,
  listReasonsOutput,
} from './procedures/jobs/get-receipt.ts';
import { listJobChangesInput, listJobChangesOutput } from './procedures/jobs/list-job-changes.ts';
import { listJobsInput, listJobsOutput } from './procedures/jobs/list-jobs.ts';
import { jobChangeInput } from './procedures/jobs/on-job-change.ts';
import { resubmitJobInput } from './procedures/jobs/resubmit-job.ts';
import {
  previewPriorityInput,
  previewPriorityOutput,
  setPriorityInput,
  setPriorityOutput,
} from './procedures/jobs/set-priority.ts';
import {
  previewSubmitInput,
  previewSubmitOutput,
  submitJobInput,
  submitJobOutput,
} from './procedures/jobs/submit-job.ts';
import { getMeasuresInput, getMeasuresOutput } from './procedures/measures/get-measures.ts';
import { createCallerFactory, procedure, router } from './procedures.ts';
import { changePasswordInput, loginInput, loginOutput, meOutput } from './session/session.ts';
import {
  listDeliveriesInput,
  listDeliveriesOutput,
  redeliverInput,
  redeliverOutput,
  testWebhookInput,
  testWebhookOutput,
} from './webhooks/delivery.ts';
import {
  createWebhookInput,
  createWebhookOutput,
  deleteWebhookInput,
  listWebhooksOutput,
  updateWebhookInput,
  updateWebhookOutput,
} from './webhooks/webhook.ts';
import { whileAllowed } from './while-allowed.ts';

const done = z.object({ success: z.literal(true) });
const success: z.infer<typeof done> = { success: true };

export const adminRouter = router({
  login: procedure('login')
    .input(atOnce(loginInput))
    .output(atOnce(loginOutput))
    .mutation(async ({ ctx, input }) => {
      const { user, sessionId, expiresAt } = await ctx.port.login(ctx.requestContext, input);
      await ctx.cookie?.set(sessionId, expiresAt);
      return { user };
    }),
  logout: procedure('logout')
    .output(atOnce(done))
    .mutation(async ({ ctx }) => {
      await ctx.port.logout(ctx.requestContext, { sessionId: ctx.sessionId });
      await ctx.cookie?.clear();
      return success;
    }),
  me: procedure('me')
    .output(atOnce(meOutput))
    .query(({ ctx }) => ctx.port.me(ctx.requestContext, { sessionId: ctx.sessionId })),
  changePassword: procedure('changePassword')
    .input(atOnce(changePasswordInput))
    .output(atOnce(done))
    .mutation(async ({ ctx, input }) => {
      const { sessionId } = ctx;
      await ctx.port.changePassword(ctx.requestContext, { ...input, sessionId });
      return success;
    }),

  listJobs: procedure('listJobs')
    .input(atOnce(listJobsInput))
    .output(atOnce(listJobsOutput))
    .query(({ ctx, input }) => ctx.port.listJobs(ctx.requestContext, input)),
  getJob: procedure('getJob')
    .input(atOnce(getJobInput))
    .output(atOnce(getJobOutput))
    .query(({ ctx, input }) => ctx.port.getJob(ctx.requestContext, input)),
  listJobChanges: procedure('listJobChanges')
    .input(atOnce(listJobChangesInput))
    .output(atOnce(listJobChangesOutput))
    .query(({ ctx, input }) => ctx.port.listJobChanges(ctx.requestContext, input)),
  getReceipt: procedure('getReceipt')
    .input(atOnce(getReceiptInput))
    .output(atOnce(getReceiptOutput))
    .query(({ ctx, input }) => ctx.port.getReceipt(ctx.requestContext, input)),
  listReasons: procedure('listReasons')
    .output(atOnce(listReasonsOutput))
    .query(({ ctx }) => ctx.port.listReasons(ctx.requestContext)),
  previewPriority: procedure('previewPriority')
    .input(atOnce(previewPriorityInput))
    .output(atOnce(previewPriorityOutput))
    .query(({ ctx, input }) => ctx.port.previewPriority(ctx.requestContext, input)),
  previewSubmit: procedure('previewSubmit')
    .input(atOnce(previewSubmitInput))
    .output(atOnce(previewSubmitOutput))
    .query(({ ctx, input }) => ctx.port.previewSubmit(ctx.requestContext, input)),
  listHosts: procedure('listHosts')
    .output(atOnce(listHostsOutput))
    .query(({ ctx }) => ctx.port.listHosts(ctx.requestContext)),
  getMeasures: procedure('getMeasures')
    .input(atOnce(getMeasuresInput))
    .output(atOnce(getMeasuresOutput))
    .query(({ ctx, input }) => ctx.port.getMeasures(ctx.requestContext, input)),
  listAudit: procedure('listAudit')
    .input(atOnce(listAuditInput))
    .output(atOnce(listAuditOutput))
    .query(({ ctx, input }) => ctx.port.listAudit(ctx.requestContext, input)),
  verifyAudit: procedure('verifyAudit')
    .input(atOnce(verifyAuditInput))
    .output(atOnce(verifyAuditOutput))
    .query(({ ctx, input }) => ctx.port.verifyAudit(ctx.requestContext, input)),
  getAttemptLog: procedure('getAttemptLog')
    .input(atOnce(getAttemptLogInput))
    .output(atOnce(getAttemptLogOutput))
    .query(({ ctx, input }) => ctx.port.getAttemptLog(ctx.requestContext, input)),
  getLogText: procedure('getLogText')
    .input(atOnce(getLogTextInput))
    .output(atOnce(getLogTextOutput))
    .query(({ ctx, input }) => ctx.port.getLogText(ctx.requestContext, input)),
  getAttemptUsage: procedure('getAttemptUsage')
    .input(atOnce(getAttemptUsageInput))
    .output(atOnce(getAttemptUsageOutput))
    .query(({ ctx, input }) => ctx.port.getAttemptUsage(ctx.requestContext, input)),

  submitJob: procedure('submitJob')
    .input(atOnce(submitJobInput))
    .output(atOnce(submitJobOutput))
    .mutation(({ ctx, input }) => ctx.port.submitJob(ctx.requestContext, input)),
  resubmitJob: procedure('resubmitJob')
    .input(atOnce(resubmitJobInput))
    .output(atOnce(submitJobOutput))
    .mutation(({ ctx, input }) => ctx.port.resubmitJob(ctx.requestContext, input)),
  cancelJob: procedure('cancelJob')
    .input(atOnce(cancelJobInput))
    .output(atOnce(cancelJobOutput))
    .mutation(({ ctx, input, signal }) =>
      ctx.port.cancelJob(ctx.requestContext, { ...input, signal }),
    ),
  setPriority: procedure('setPriority')
    .input(atOnce(setPriorityInput))
    .output(atOnce(setPriorityOutput))
    .mutation(({ ctx, input }) => ctx.port.setPriority(ctx.requestContext, input)),
  checkHost: procedure('checkHost')
    .input(atOnce(checkHostInput))
    .output(atOnce(checkHostOutput))
    .mutation(({ ctx, input, signal }) =>
      ctx.port.checkHost(ctx.requestContext, { ...input, signal }),
    ),
  declareHostGone: procedure('declareHostGone')
    .input(atOnce(declareHostGoneInput))
    .output(atOnce(declareHostGoneOutput))
    .mutation(({ ctx, input }) => ctx.port.declareHostGone(ctx.requestContext, input)),
  releaseHost: procedure('releaseHost')
    .input(atOnce(releaseHostInput))
    .output(atOnce(releaseHostOutput))
    .mutation(({ ctx, input }) => ctx.port.releaseHost(ctx.requestContext, input)),

  onJobChange: procedure('onJobChange')
    .input(atOnce(jobChangeInput))
    .subscription(async function* ({ ctx, input, signal }) {
      const stream = whileAllowed(ctx, 'onJobChange', signal, (cut) =>
        ctx.port.onJobChange(ctx.requestContext, {
          signal: cut,
          lastEventId: input.lastEventId ?? null,
        }),
      );
      // Frames are numbered in each stream, so that a client sees that one is missing.
      let seq = 0;
      for await (const { cursor, event } of stream) {
        seq += 1;
        yield tracked(cursor, { ...event, seq });
      }
    }),
  onAttemptLog: procedure('onAttemptLog')
    .input(atOnce(onAttemptLogInput))
    .subscription(async function* ({ ctx, input, signal }) {
      const stream = whileAllowed(ctx, 'onAttemptLog', signal, (cut) =>
        ctx.port.onAttemptLog(ctx.requestContext, {
          id: input.id,
          attempt: input.attempt ?? null,
          signal: cut,
          lastEventId: input.lastEventId ?? null,
        }),
      );
      for await (const chunk of stream) yield tracked(writeLogCursor(chunk), chunk);
    }),
  onHostChange: procedure('onHostChange').subscription(async function* ({ ctx, signal }) {
    yield* whileAllowed(ctx, 'onHostChange', signal, (cut) =>
      ctx.port.onHostChange(ctx.requestContext, { signal: cut, lastEventId: null }),
    );
  }),

  listUsers: procedure('listUsers')
    .output(atOnce(listUsersOutput))
    .query(({ ctx }) => ctx.port.listUsers(ctx.requestContext)),
  createUser: procedure('createUser')
    .input(atOnce(createUserInput))
    .output(atOnce(createUserOutput))
    .mutation(({ ctx, input }) => ctx.port.createUser(ctx.requestContext, input)),
  updateUser: procedure('updateUser')
    .input(atOnce(updateUserInput))
    .output(atOnce(createUserOutput))
    .mutation(({ ctx, input }) => ctx.port.updateUser(ctx.requestContext, input)),
  listTokens: procedure('listTokens')
    .output(atOnce(listTokensOutput))
    .query(({ ctx }) => ctx.port.listTokens(ctx.requestContext)),
  createToken: procedure('createToken')
    .input(atOnce(createTokenInput))
    .output(atOnce(createTokenOutput))
    .mutation(({ ctx, input }) => ctx.port.createToken(ctx.requestContext, input)),
  revokeToken: procedure('revokeToken')
    .input(atOnce(revokeTokenInput))
    .output(atOnce(z.object({ token: tokenSchema })))
    .mutation(({ ctx, input }) => ctx.port.revokeToken(ctx.requestContext, input)),
  listSessions: procedure('listSessions')
    .output(atOnce(listSessionsOutput))
    .query(({ ctx }) => ctx.port.listSessions(ctx.requestContext)),
  revokeSession: procedure('revokeSession')
    .input(atOnce(revokeSessionInput))
    .output(atOnce(done))
    .mutation(async ({ ctx, input }) => {
      await ctx.port.revokeSession(ctx.requestContext, input);
      return success;
    }),

  listWebhooks: procedure('listWebhooks')
    .output(atOnce(listWebhooksOutput))
    .query(({ ctx }) => ctx.port.listWebhooks(ctx.requestContext)),
  createWebhook: procedure('createWebhook')
    .input(atOnce(createWebhookInput))
    .output(atOnce(createWebhookOutput))
    .mutation(({ ctx, input }) => ctx.port.createWebhook(ctx.requestContext, input)),
  updateWebhook: procedure('updateWebhook')
    .input(atOnce(updateWebhookInput))
    .output(atOnce(updateWebhookOutput))
    .mutation(({ ctx, input }) => ctx.port.updateWebhook(ctx.requestContext, input)),
  deleteWebhook: procedure('deleteWebhook')
    .input(atOnce(deleteWebhookInput))
    .output(atOnce(done))
    .mutation(async ({ ctx, input }) => {
      await ctx.port.deleteWebhook(ctx.requestContext, input);
      return success;
    }),
  testWebhook: procedure('testWebhook')
    .input(atOnce(testWebhookInput))
    .output(atOnce(testWebhookOutput))
    .mutation(({ ctx, input }) => ctx.port.testWebhook(ctx.requestContext, input)),
  listDeliveries: procedure('listDeliveries')
    .input(atOnce(listDeliveriesInput))
    .output(atOnce(listDeliveriesOutput))
    .query(({ ctx, input }) => ctx.port.listDeliveries(ctx.requestContext, input)),
  redeliver: procedure('redeliver')
    .input(atOnce(redeliverInput))
    .output(atOnce(redeliverOutput))
    .mutation(({ ctx, input }) => ctx.port.redeliver(ctx.requestContext, input)),
});

export type AdminRouter = typeof adminRouter;

/** Calls the procedures in-process, with their middleware, validation and audit. REST uses it. */
export const createAdminCaller = createCallerFactory(adminRouter);
export type AdminCaller = ReturnType<typeof createAdminCaller>;

export type { Action, Actor } from '@renderdeck/domain';
export type { AdminPort, ApiContext, RequestContext } from './admin-port.ts';
export { textOfChange, textOfChanges } from './jobs/change-texts.ts';
export { problemOf } from './problem-of.ts';
