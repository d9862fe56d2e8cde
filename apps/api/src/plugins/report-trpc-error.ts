import { refuse } from '@renderdeck/contract';
import { adminRouter, problemOf } from '@renderdeck/contract/router';
import { getTRPCErrorShape, TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { translateConnectionError } from '../translate-connection-error.ts';

/**
 * Answers an error under /trpc in the form that a tRPC client reads, with the problem that REST
 * would answer. For Fastify's setErrorHandler.
 */
export function reportTrpcError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = translateConnectionError(thrown);
  const trpcError = error instanceof TRPCError ? error : refuse(problemOf(error).code);
  if (trpcError.code === 'INTERNAL_SERVER_ERROR')
    request.log.error({ err: error }, 'request failed');
  const nothing = { path: undefined, input: undefined, ctx: undefined } as const;
  const shape = getTRPCErrorShape({
    config: adminRouter._def._config,
    error: trpcError,
    type: 'unknown',
    ...nothing,
  });
  const { status, facts } = shape.data.problem;
  if (typeof facts.retryAfterSeconds === 'number')
    reply.header('retry-after', facts.retryAfterSeconds);
  if (status === 405) reply.header('allow', 'GET, HEAD, POST');
  return reply.code(status).send({ error: shape });
}
