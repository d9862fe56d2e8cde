import { type Action, ANONYMOUS, isAllowed, isWrite } from '@renderdeck/domain';
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { ApiContext, RequestContext } from './admin-port.ts';
import { refuse } from './errors.ts';
import { problemOf } from './problem-of.ts';

const trpc = initTRPC.context<ApiContext>().create({
  errorFormatter: ({ shape, error, ctx }) => {
    const told = problemOf(error);
    const requestId = ctx?.request.requestId ?? null;
    const problem =
      told.code === 'internal' && requestId !== null ? { ...told, facts: { requestId } } : told;
    const { stack: _, ...data } = shape.data;
    return {
      ...shape,
      message: problem.detail,
      data: { ...data, httpStatus: problem.status, problem },
    };
  },
});

export const router = trpc.router;
export const createCallerFactory = trpc.createCallerFactory;

/**
 * A procedure for one action of the access table. It authenticates at every call and lets through
 * whom the table allows. A refused write, or a read that the table refused, leaves an audit line.
 */
export function procedure(action: Action) {
  return trpc.procedure.use(translateErrors).use(async ({ ctx, next, getRawInput }) => {
    const { actor, sessionId } = await ctx.authenticate();
    const requestContext: RequestContext = { ...ctx.request, actor };
    const allowed = isAllowed(actor, action);
    const result = allowed ? await next({ ctx: { requestContext, sessionId } }) : null;
    const error =
      result === null
        ? refuse(actor.kind === ANONYMOUS ? 'unauthenticated' : 'forbidden')
        : result.ok
          ? null
          : result.error;
    const isAudited = isWrite(action) || result === null;
    if (isAudited && error !== null) {
      const { code, status } = problemOf(error);
      // The operation records wrong credentials itself.
      if (status < 500 && code !== 'wrong_credentials') {
        const jobId = jobIdOf(await getRawInput().catch(() => null));
        await ctx.port.recordRefusal(requestContext, { action, code, jobId });
      }
    }
    if (isAudited) ctx.afterAudited?.(action, error === null);
    if (result === null) throw error;
    return result;
  });
}

/** Lets the server say what an error means that the contract does not know. */
const translateErrors = trpc.middleware(async ({ ctx, next }) => {
  const result = await next();
  if (result.ok || ctx.translateError === undefined) return result;
  throw ctx.translateError(result.error);
});

const withJobId = z.object({ id: z.uuid() });
function jobIdOf(input: unknown): string | null {
  const parsed = withJobId.safeParse(input);
  return parsed.success ? parsed.data.id : null;
}
