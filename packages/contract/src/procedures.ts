import { type Action, ANONYMOUS, isAllowed, isWrite } from '@renderdeck/domain';
import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { ApiContext, RequestContext } from './admin-port.ts';
import { ERROR_CODES, type ErrorCode, type Problem, Refusal, refuse } from './errors.ts';

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

/** What a client is told of an error: a refusal's own words, the fields of a bad input, and nothing of a bug but its request id. */
export function problemOf(error: TRPCError): Problem {
  const { cause } = error;
  if (cause instanceof Refusal) return cause.problem;
  if (error.code === 'BAD_REQUEST' && cause instanceof z.ZodError) {
    const [first] = cause.issues;
    const named = first !== undefined && first.path.length > 0;
    const detail = named
      ? `${first.path.join('.')}: ${first.message}`
      : 'The input is an object with named fields; send one.';
    return problem('invalid_input', detail, {
      fields: cause.issues.map(({ path, message }) => ({ field: path.join('.'), message })),
    });
  }
  if (error.code === 'BAD_REQUEST' && cause instanceof SyntaxError) return problem('invalid_json');
  return problem(BY_TRPC_CODE.get(error.code) ?? 'internal');
}

/** Errors that tRPC raises itself, before any procedure runs. */
const BY_TRPC_CODE: ReadonlyMap<TRPCError['code'], ErrorCode> = new Map([
  ['PARSE_ERROR', 'invalid_json'],
  ['BAD_REQUEST', 'invalid_input'],
  ['NOT_FOUND', 'not_found'],
  ['METHOD_NOT_SUPPORTED', 'method_not_allowed'],
  ['PAYLOAD_TOO_LARGE', 'body_too_large'],
  ['UNSUPPORTED_MEDIA_TYPE', 'unsupported_media_type'],
  ['SERVICE_UNAVAILABLE', 'unavailable'],
]);

function problem(
  code: ErrorCode,
  detail: string = ERROR_CODES[code].sentence,
  facts: Problem['facts'] = {},
): Problem {
  return { code, status: ERROR_CODES[code].status, detail, facts };
}

const withJobId = z.object({ id: z.uuid() });
function jobIdOf(input: unknown): string | null {
  const parsed = withJobId.safeParse(input);
  return parsed.success ? parsed.data.id : null;
}

export { TRPCError };
