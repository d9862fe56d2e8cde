import { type AdminCaller, type ApiContext, createAdminCaller } from '@renderdeck/contract/router';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';

/** A Fastify instance whose types come from the schemas of a route. */
export type RestApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export type ContextOf = (request: FastifyRequest, reply: FastifyReply) => ApiContext;

/**
 * The caller of one request. If a call may wait for something, as a cancel does, `mayWait` aborts
 * it when the client goes away.
 */
export type CallerOf = (
  request: FastifyRequest,
  reply: FastifyReply,
  how?: { readonly mayWait: true },
) => AdminCaller;

export function makeCallerOf(contextOf: ContextOf): CallerOf {
  return (request, reply, how) =>
    createAdminCaller(
      contextOf(request, reply),
      how?.mayWait ? { signal: untilGone(reply) } : undefined,
    );
}

// One error for all requests: without it each abort would make an error with a stack trace.
const GONE = new Error('The client is gone, or has its answer.');

/** A signal that aborts when the client goes away or has its answer. */
export function untilGone(reply: FastifyReply): AbortSignal {
  const cut = new AbortController();
  reply.raw.once('close', () => cut.abort(GONE));
  return cut.signal;
}
