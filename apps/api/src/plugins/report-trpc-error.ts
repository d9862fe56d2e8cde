import { refuse } from '@renderdeck/contract';
import { problemOf, trpcBodyOf } from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
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
  const body = trpcBodyOf(trpcError);
  const { status, facts } = body.data.problem;
  if (typeof facts.retryAfterSeconds === 'number')
    reply.header('retry-after', facts.retryAfterSeconds);
  if (status === 405) reply.header('allow', 'GET, HEAD, POST');
  return reply.code(status).send({ error: body });
}
