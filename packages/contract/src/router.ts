/*
 * Every procedure, on one page. A procedure names its action of PERMISSIONS, its input and its
 * output, and calls a method of the server's AdminPort. No rule is here.
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
import { listAuditInput, listAuditOutput } from './audit/list-audit.ts';
import { verifyAuditInput, verifyAuditOutput } from './audit/verify-audit.ts';
import { checkHostInput, checkHostOutput } from './hosts/check-host.ts';
import { declareHostGoneInput, declareHostGoneOutput } from './hosts/declare-host-gone.ts';
import { listHostsOutput } from './hosts/list-hosts.ts';
import { releaseHostInput, releaseHostOutput } from './hosts/release-host.ts';
import { getAttemptLogInput, getAttemptLogOutput, onAttemptLogInput } from './jobs/attempt-log.ts';
import { cancelJobInput, cancelJobOutput } from './jobs/cancel-job.ts';
import { getJobInput, getJobOutput } from './jobs/get-job.ts';
import { jobChangeInput } from './jobs/job-change.ts';
import { listJobsInput, listJobsOutput } from './jobs/list-jobs.ts';
import {
  previewPriorityInput,
  previewPriorityOutput,
  setPriorityInput,
  setPriorityOutput,
} from './jobs/set-priority.ts';
import { submitJobInput, submitJobOutput } from './jobs/submit-job.ts';
import { createCallerFactory, procedure, router } from './procedures.ts';
import { loginInput, loginOutput, meOutput } from './session/session.ts';
import { whileAllowed } from './while-allowed.ts';

const done = z.object({ success: z.literal(true) });
const success: z.infer<typeof done> = { success: true };

export const adminRouter = router({
  login: procedure('login')
    .input(loginInput)
    .output(loginOutput)
    .mutation(async ({ ctx, input }) => {
      const { user, sessionId, expiresAt } = await ctx.port.login(ctx.requestContext, input);
      await ctx.cookie?.set(sessionId, expiresAt);
      return { user };
    }),
  logout: procedure('logout')
    .output(done)
    .mutation(async ({ ctx }) => {
      await ctx.port.logout(ctx.requestContext, { sessionId: ctx.sessionId });
      await ctx.cookie?.clear();
      return success;
    }),
  me: procedure('me')
    .output(meOutput)
    .query(({ ctx }) => ctx.port.me(ctx.requestContext)),

  listJobs: procedure('listJobs')
    .input(listJobsInput)
    .output(listJobsOutput)
    .query(({ ctx, input }) => ctx.port.listJobs(ctx.requestContext, input)),
  getJob: procedure('getJob')
    .input(getJobInput)
    .output(getJobOutput)
    .query(({ ctx, input }) => ctx.port.getJob(ctx.requestContext, input)),
  previewPriority: procedure('previewPriority')
    .input(previewPriorityInput)
    .output(previewPriorityOutput)
    .query(({ ctx, input }) => ctx.port.previewPriority(ctx.requestContext, input)),
  listHosts: procedure('listHosts')
    .output(listHostsOutput)
    .query(({ ctx }) => ctx.port.listHosts(ctx.requestContext)),
  listAudit: procedure('listAudit')
    .input(listAuditInput)
    .output(listAuditOutput)
    .query(({ ctx, input }) => ctx.port.listAudit(ctx.requestContext, input)),
  verifyAudit: procedure('verifyAudit')
    .input(verifyAuditInput)
    .output(verifyAuditOutput)
    .query(({ ctx, input }) => ctx.port.verifyAudit(ctx.requestContext, input)),
  getAttemptLog: procedure('getAttemptLog')
    .input(getAttemptLogInput)
    .output(getAttemptLogOutput)
    .query(({ ctx, input }) => ctx.port.getAttemptLog(ctx.requestContext, input)),

  submitJob: procedure('submitJob')
    .input(submitJobInput)
    .output(submitJobOutput)
    .mutation(({ ctx, input }) => ctx.port.submitJob(ctx.requestContext, input)),
  cancelJob: procedure('cancelJob')
    .input(cancelJobInput)
    .output(cancelJobOutput)
    .mutation(({ ctx, input, signal }) =>
      ctx.port.cancelJob(ctx.requestContext, { ...input, signal }),
    ),
  setPriority: procedure('setPriority')
    .input(setPriorityInput)
    .output(setPriorityOutput)
    .mutation(({ ctx, input }) => ctx.port.setPriority(ctx.requestContext, input)),
  checkHost: procedure('checkHost')
    .input(checkHostInput)
    .output(checkHostOutput)
    .mutation(({ ctx, input, signal }) =>
      ctx.port.checkHost(ctx.requestContext, { ...input, signal }),
    ),
  declareHostGone: procedure('declareHostGone')
    .input(declareHostGoneInput)
    .output(declareHostGoneOutput)
    .mutation(({ ctx, input }) => ctx.port.declareHostGone(ctx.requestContext, input)),
  releaseHost: procedure('releaseHost')
    .input(releaseHostInput)
    .output(releaseHostOutput)
    .mutation(({ ctx, input }) => ctx.port.releaseHost(ctx.requestContext, input)),

  onJobChange: procedure('onJobChange')
    .input(jobChangeInput)
    .subscription(async function* ({ ctx, input, signal }) {
      const stream = whileAllowed(ctx, 'onJobChange', signal, (cut) =>
        ctx.port.onJobChange(ctx.requestContext, {
          signal: cut,
          lastEventId: input.lastEventId ?? null,
        }),
      );
      for await (const { cursor, event } of stream) yield tracked(cursor, event);
    }),
  onAttemptLog: procedure('onAttemptLog')
    .input(onAttemptLogInput)
    .subscription(async function* ({ ctx, input, signal }) {
      const stream = whileAllowed(ctx, 'onAttemptLog', signal, (cut) =>
        ctx.port.onAttemptLog(ctx.requestContext, {
          id: input.id,
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
    .output(listUsersOutput)
    .query(({ ctx }) => ctx.port.listUsers(ctx.requestContext)),
  createUser: procedure('createUser')
    .input(createUserInput)
    .output(createUserOutput)
    .mutation(({ ctx, input }) => ctx.port.createUser(ctx.requestContext, input)),
  updateUser: procedure('updateUser')
    .input(updateUserInput)
    .output(createUserOutput)
    .mutation(({ ctx, input }) => ctx.port.updateUser(ctx.requestContext, input)),
  listTokens: procedure('listTokens')
    .output(listTokensOutput)
    .query(({ ctx }) => ctx.port.listTokens(ctx.requestContext)),
  createToken: procedure('createToken')
    .input(createTokenInput)
    .output(createTokenOutput)
    .mutation(({ ctx, input }) => ctx.port.createToken(ctx.requestContext, input)),
  revokeToken: procedure('revokeToken')
    .input(revokeTokenInput)
    .output(z.object({ token: tokenSchema }))
    .mutation(({ ctx, input }) => ctx.port.revokeToken(ctx.requestContext, input)),
  listSessions: procedure('listSessions')
    .output(listSessionsOutput)
    .query(({ ctx }) => ctx.port.listSessions(ctx.requestContext)),
  revokeSession: procedure('revokeSession')
    .input(revokeSessionInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await ctx.port.revokeSession(ctx.requestContext, input);
      return success;
    }),
});

export type AdminRouter = typeof adminRouter;

/** Calls the procedures in-process, with their middleware, validation and audit. REST uses it. */
export const createAdminCaller = createCallerFactory(adminRouter);
export type AdminCaller = ReturnType<typeof createAdminCaller>;

export type { Action, Actor } from '@renderdeck/domain';
export type { AdminPort, ApiContext, RequestContext } from './admin-port.ts';
export { problemOf } from './problem-of.ts';
