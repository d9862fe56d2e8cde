import { ANONYMOUS, isAllowed, isRepeatable, isWrite } from '@renderdeck/domain';
import { initTRPC, type TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { ApiContext, RequestContext } from './admin-port.ts';
import { refuse } from './errors.ts';
import { problemOf, trpcBodyOf } from './problem-of.ts';
import type { ProcedureSpec } from './procedures/spec.ts';

const trpc = initTRPC
  .meta<ProcedureSpec>()
  .context<ApiContext>()
  .create({
    errorFormatter: ({ error, path, ctx }) => trpcBodyOf(error, path, ctx?.request.requestId),
  });

export const router = trpc.router;
export const createCallerFactory = trpc.createCallerFactory;

/** Lets the server translate an error that the contract does not know. */
const translateErrors = trpc.middleware(async ({ ctx, next }) => {
  const result = await next();
  if (result.ok || ctx.translateError === undefined) return result;
  throw ctx.translateError(result.error);
});

/**
 * Authenticates at every call. Lets the call through only if the actor's role is high enough for
 * the action of the procedure. Writes an audit line for each action refused in this way, and for
 * each refused write.
 */
function checked(spec: ProcedureSpec) {
  const { action } = spec;
  const named = trpc.procedure.meta(spec).use(translateErrors);
  return named.use(async ({ ctx, next, getRawInput }) => {
    const { actor, sessionId } = await ctx.authenticate();
    const requestContext: RequestContext = { ...ctx.request, actor };
    const recordRefusal = async (error: TRPCError) => {
      const { code, status } = problemOf(error);
      // The operation records wrong credentials itself. A failure of the server is no refusal.
      if (status >= 500 || code === 'wrong_credentials') return;
      const jobId = jobIdOf(await getRawInput().catch(() => null));
      await ctx.port.recordRefusal(requestContext, { action, code, jobId });
    };

    if (!isAllowed(actor, action)) {
      const refusal = refuse(actor.kind === ANONYMOUS ? 'unauthenticated' : 'forbidden');
      await recordRefusal(refusal);
      ctx.afterAudited?.(action, false);
      throw refusal;
    }
    const result = await next({ ctx: { requestContext, sessionId } });
    if (isWrite(action)) {
      if (!result.ok) await recordRefusal(result.error);
      ctx.afterAudited?.(action, result.ok);
      const { translateError } = ctx;
      if (!result.ok && translateError !== undefined)
        throw translateError(result.error, !isRepeatable(action));
    }
    return result;
  });
}

/**
 * A Standard Schema, which tRPC accepts from any library. For a schema of zod, tRPC calls
 * `parseAsync`, which does not use zod's compiled parser. This schema uses that parser if possible.
 */
function parserOf<Schema extends z.ZodObject>(schema: Schema): Pick<Schema, '~standard'> {
  return { '~standard': schema['~standard'] };
}

type Schemaless = Omit<ProcedureSpec, 'input' | 'output'>;

/** A procedure with the action and the schemas of its file. */
export function procedure<Input extends z.ZodObject, Output extends z.ZodObject>(
  spec: Schemaless & { readonly input: Input; readonly output: Output },
) {
  return checked(spec).input(parserOf(spec.input)).output(parserOf(spec.output));
}

/** A procedure without an input. */
export function inputless<Output extends z.ZodObject>(
  spec: Schemaless & { readonly output: Output },
) {
  return checked(spec).output(parserOf(spec.output));
}

/** A stream with an input. */
export function stream<Input extends z.ZodObject>(spec: Schemaless & { readonly input: Input }) {
  return checked(spec).input(parserOf(spec.input));
}

/** A stream without an input. */
export function inputlessStream(spec: ProcedureSpec) {
  return checked(spec);
}

const withJobId = z.object({ id: z.uuid() });
function jobIdOf(input: unknown): string | null {
  const parsed = withJobId.safeParse(input);
  return parsed.success ? parsed.data.id : null;
}
