/*
 * Every procedure, on one page. A procedure names its action of ACTIONS, its input and its output,
 * and calls a method of the server's AdminPort. There are no rules here.
 * Long because: it is one page of procedures.
 */
import { isWrite, writeLogCursor } from '@renderdeck/domain';
import { tracked } from '@trpc/server';
import { PROCEDURES as of } from './procedures/index.ts';
import { type ProcedureSpec, success } from './procedures/spec.ts';
import {
  createCallerFactory,
  inputless,
  inputlessStream,
  procedure,
  router,
  stream,
} from './procedures.ts';
import { whileAllowed } from './while-allowed.ts';

export const adminRouter = router({
  login: procedure(of.login).mutation(async ({ ctx, input }) => {
    const { user, sessionId, expiresAt } = await ctx.port.login(ctx.requestContext, input);
    await ctx.cookie?.set(sessionId, expiresAt);
    return { user };
  }),
  logout: inputless(of.logout).mutation(async ({ ctx }) => {
    await ctx.port.logout(ctx.requestContext, { sessionId: ctx.sessionId });
    await ctx.cookie?.clear();
    return success;
  }),
  me: inputless(of.me).query(({ ctx }) =>
    ctx.port.me(ctx.requestContext, { sessionId: ctx.sessionId }),
  ),
  changePassword: procedure(of.changePassword).mutation(async ({ ctx, input }) => {
    const { sessionId } = ctx;
    await ctx.port.changePassword(ctx.requestContext, { ...input, sessionId });
    return success;
  }),

  listJobs: procedure(of.listJobs).query(({ ctx, input }) =>
    ctx.port.listJobs(ctx.requestContext, input),
  ),
  listFailures: procedure(of.listFailures).query(({ ctx, input }) =>
    ctx.port.listFailures(ctx.requestContext, input),
  ),
  getJob: procedure(of.getJob).query(({ ctx, input }) =>
    ctx.port.getJob(ctx.requestContext, input),
  ),
  listJobChanges: procedure(of.listJobChanges).query(({ ctx, input }) =>
    ctx.port.listJobChanges(ctx.requestContext, input),
  ),
  getReceipt: procedure(of.getReceipt).query(({ ctx, input }) =>
    ctx.port.getReceipt(ctx.requestContext, input),
  ),
  listReasons: inputless(of.listReasons).query(({ ctx }) =>
    ctx.port.listReasons(ctx.requestContext),
  ),
  previewPriority: procedure(of.previewPriority).query(({ ctx, input }) =>
    ctx.port.previewPriority(ctx.requestContext, input),
  ),
  listJobFilters: inputless(of.listJobFilters).query(({ ctx }) =>
    ctx.port.listJobFilters(ctx.requestContext),
  ),
  listTemplates: inputless(of.listTemplates).query(({ ctx }) =>
    ctx.port.listTemplates(ctx.requestContext),
  ),
  previewSubmit: procedure(of.previewSubmit).query(({ ctx, input }) =>
    ctx.port.previewSubmit(ctx.requestContext, input),
  ),
  listHosts: inputless(of.listHosts).query(({ ctx }) => ctx.port.listHosts(ctx.requestContext)),
  listAttempts: procedure(of.listAttempts).query(({ ctx, input }) =>
    ctx.port.listAttempts(ctx.requestContext, input),
  ),
  getMeasures: procedure(of.getMeasures).query(({ ctx, input }) =>
    ctx.port.getMeasures(ctx.requestContext, input),
  ),
  listAudit: procedure(of.listAudit).query(({ ctx, input }) =>
    ctx.port.listAudit(ctx.requestContext, input),
  ),
  verifyAudit: procedure(of.verifyAudit).query(({ ctx, input }) =>
    ctx.port.verifyAudit(ctx.requestContext, input),
  ),
  getAttemptLog: procedure(of.getAttemptLog).query(({ ctx, input }) =>
    ctx.port.getAttemptLog(ctx.requestContext, input),
  ),
  getLogText: procedure(of.getLogText).query(({ ctx, input }) =>
    ctx.port.getLogText(ctx.requestContext, input),
  ),
  listPictures: procedure(of.listPictures).query(({ ctx, input }) =>
    ctx.port.listPictures(ctx.requestContext, input),
  ),
  getPicture: procedure(of.getPicture).query(({ ctx, input }) =>
    ctx.port.getPicture(ctx.requestContext, input),
  ),
  getOutputLink: procedure(of.getOutputLink).query(({ ctx, input }) =>
    ctx.port.getOutputLink(ctx.requestContext, { ...input, sessionId: ctx.sessionId }),
  ),
  getOutputFile: procedure(of.getOutputFile).query(({ ctx, input }) =>
    ctx.port.getOutputFile(ctx.requestContext, { ...input, sessionId: ctx.sessionId }),
  ),
  getAttemptUsage: procedure(of.getAttemptUsage).query(({ ctx, input }) =>
    ctx.port.getAttemptUsage(ctx.requestContext, input),
  ),

  submitJob: procedure(of.submitJob).mutation(({ ctx, input }) =>
    ctx.port.submitJob(ctx.requestContext, input),
  ),
  resubmitJob: procedure(of.resubmitJob).mutation(({ ctx, input }) =>
    ctx.port.resubmitJob(ctx.requestContext, input),
  ),
  cancelJob: procedure(of.cancelJob).mutation(({ ctx, input, signal }) =>
    ctx.port.cancelJob(ctx.requestContext, { ...input, signal }),
  ),
  setPriority: procedure(of.setPriority).mutation(({ ctx, input }) =>
    ctx.port.setPriority(ctx.requestContext, input),
  ),
  setTags: procedure(of.setTags).mutation(({ ctx, input }) =>
    ctx.port.setTags(ctx.requestContext, input),
  ),
  checkHost: procedure(of.checkHost).mutation(({ ctx, input, signal }) =>
    ctx.port.checkHost(ctx.requestContext, { ...input, signal }),
  ),
  declareHostGone: procedure(of.declareHostGone).mutation(({ ctx, input }) =>
    ctx.port.declareHostGone(ctx.requestContext, input),
  ),
  drainHost: procedure(of.drainHost).mutation(({ ctx, input }) =>
    ctx.port.drainHost(ctx.requestContext, input),
  ),
  resumeHost: procedure(of.resumeHost).mutation(({ ctx, input }) =>
    ctx.port.resumeHost(ctx.requestContext, input),
  ),
  releaseHost: procedure(of.releaseHost).mutation(({ ctx, input }) =>
    ctx.port.releaseHost(ctx.requestContext, input),
  ),

  inviteHost: procedure(of.inviteHost).mutation(({ ctx, input }) =>
    ctx.port.inviteHost(ctx.requestContext, input),
  ),
  listInvitations: inputless(of.listInvitations).query(({ ctx }) =>
    ctx.port.listInvitations(ctx.requestContext),
  ),
  withdrawInvitation: procedure(of.withdrawInvitation).mutation(({ ctx, input }) =>
    ctx.port.withdrawInvitation(ctx.requestContext, input),
  ),
  joinHost: procedure(of.joinHost).mutation(({ ctx, input }) =>
    ctx.port.joinHost(ctx.requestContext, input),
  ),
  revokeHostLogin: procedure(of.revokeHostLogin).mutation(({ ctx, input }) =>
    ctx.port.revokeHostLogin(ctx.requestContext, input),
  ),

  onJobChange: stream(of.onJobChange).subscription(async function* ({ ctx, input, signal }) {
    const stream = whileAllowed(ctx, 'onJobChange', signal, (cut) =>
      ctx.port.onJobChange(ctx.requestContext, {
        signal: cut,
        lastEventId: input.lastEventId ?? null,
      }),
    );
    // Each stream numbers its frames, so that a client notices a missing one.
    let seq = 0;
    for await (const { cursor, event } of stream) {
      seq += 1;
      // The changes come last in the JSON, because there may be many.
      const numbered =
        event.type === 'changes'
          ? { type: event.type, seq, changes: event.changes }
          : { ...event, seq };
      yield tracked(cursor, numbered);
    }
  }),
  onAttemptLog: stream(of.onAttemptLog).subscription(async function* ({ ctx, input, signal }) {
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
  onHostChange: inputlessStream(of.onHostChange).subscription(async function* ({ ctx, signal }) {
    yield* whileAllowed(ctx, 'onHostChange', signal, (cut) =>
      ctx.port.onHostChange(ctx.requestContext, { signal: cut, lastEventId: null }),
    );
  }),

  listUsers: inputless(of.listUsers).query(({ ctx }) => ctx.port.listUsers(ctx.requestContext)),
  createUser: procedure(of.createUser).mutation(({ ctx, input }) =>
    ctx.port.createUser(ctx.requestContext, input),
  ),
  updateUser: procedure(of.updateUser).mutation(({ ctx, input }) =>
    ctx.port.updateUser(ctx.requestContext, input),
  ),
  listTokens: inputless(of.listTokens).query(({ ctx }) => ctx.port.listTokens(ctx.requestContext)),
  createToken: procedure(of.createToken).mutation(({ ctx, input }) =>
    ctx.port.createToken(ctx.requestContext, input),
  ),
  revokeToken: procedure(of.revokeToken).mutation(({ ctx, input }) =>
    ctx.port.revokeToken(ctx.requestContext, input),
  ),
  listSessions: inputless(of.listSessions).query(({ ctx }) =>
    ctx.port.listSessions(ctx.requestContext),
  ),
  revokeSession: procedure(of.revokeSession).mutation(async ({ ctx, input }) => {
    await ctx.port.revokeSession(ctx.requestContext, input);
    return success;
  }),

  listWebhooks: inputless(of.listWebhooks).query(({ ctx }) =>
    ctx.port.listWebhooks(ctx.requestContext),
  ),
  createWebhook: procedure(of.createWebhook).mutation(({ ctx, input }) =>
    ctx.port.createWebhook(ctx.requestContext, input),
  ),
  updateWebhook: procedure(of.updateWebhook).mutation(({ ctx, input }) =>
    ctx.port.updateWebhook(ctx.requestContext, input),
  ),
  deleteWebhook: procedure(of.deleteWebhook).mutation(async ({ ctx, input }) => {
    await ctx.port.deleteWebhook(ctx.requestContext, input);
    return success;
  }),
  testWebhook: procedure(of.testWebhook).mutation(({ ctx, input }) =>
    ctx.port.testWebhook(ctx.requestContext, input),
  ),
  listDeliveries: procedure(of.listDeliveries).query(({ ctx, input }) =>
    ctx.port.listDeliveries(ctx.requestContext, input),
  ),
  redeliver: procedure(of.redeliver).mutation(({ ctx, input }) =>
    ctx.port.redeliver(ctx.requestContext, input),
  ),
});

export type AdminRouter = typeof adminRouter;

/**
 * Calls the procedures in-process, with their middleware, validation and audit. The REST adapter
 * uses it.
 */
export const createAdminCaller = createCallerFactory(adminRouter);
export type AdminCaller = ReturnType<typeof createAdminCaller>;

/** The procedures that are tRPC queries: each has an output and changes nothing. */
export const READS_OF_TRPC: ReadonlySet<string> = new Set(
  Object.values(of).flatMap((spec: ProcedureSpec) =>
    spec.output === undefined || isWrite(spec.action) ? [] : [spec.action],
  ),
);

export type { Actor } from '@renderdeck/domain';
export type { AdminPort, ApiContext, OpenOutput, RequestContext } from './admin-port.ts';
export { membersOfChange, textOfChange, textOfChanges } from './jobs/change-texts.ts';
export { membersOf, objectOf } from './json-members.ts';
export { problemOf, trpcBodyOf } from './problem-of.ts';
export { PROCEDURES } from './procedures/index.ts';
export { whileAllowed } from './while-allowed.ts';
