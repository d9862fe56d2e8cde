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
 * A procedure for one act of the access table: asks who is there at every call, lets through whom the table lets, and leaves an audit line
 * of each refusal of a write, whatever said no (the table, the input's schema or the act itself), and of a read that the table refused.
 */
export function procedure(act: Action) {
  return trpc.procedure.use(async ({ ctx, next, getRawInput }) => {
    const { actor, sessionId } = await ctx.authenticate();
    const requestContext: RequestContext = { ...ctx.request, actor };
    const allowed = isAllowed(actor, act);
    const result = allowed ? await next({ ctx: { requestContext, sessionId } }) : null;
    if (result?.ok) return result;
    const error =
      result === null
        ? refuse(actor.kind === ANONYMOUS ? 'unauthenticated' : 'forbidden')
        : result.error;
    const { code, status } = problemOf(error);
    if ((isWrite(act) || result === null) && status < 500 && code !== 'wrong_credentials') {
      const input = await getRawInput().catch(() => null);
      await ctx.port.recordRefusal(requestContext, { action: act, code, jobId: jobIdOf(input) });
    }
    if (result === null) throw error;
    return result;
  });
}

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
