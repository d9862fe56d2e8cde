import { adminRouter } from '@renderdeck/contract/router';
import { getTRPCErrorShape, TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { translateConnectionError } from '../translate-connection-error.ts';

/** What Fastify refuses before any procedure runs, in tRPC's names. */
const BY_STATUS: ReadonlyMap<number, TRPCError['code']> = new Map([
  [400, 'BAD_REQUEST'],
  [413, 'PAYLOAD_TOO_LARGE'],
  [415, 'UNSUPPORTED_MEDIA_TYPE'],
  [503, 'SERVICE_UNAVAILABLE'],
]);
const httpError = z.object({ statusCode: z.int() });

/**
 * Answers an error under /trpc in the form that a tRPC client reads, with the problem that REST
 * would tell. Fits setErrorHandler.
 */
export function reportTrpcError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = translateConnectionError(thrown);
  const { data } = httpError.safeParse(error);
  const code = BY_STATUS.get(data?.statusCode ?? 500) ?? 'INTERNAL_SERVER_ERROR';
  const known = error instanceof TRPCError ? error : new TRPCError({ code, cause: error });
  if (known.code === 'INTERNAL_SERVER_ERROR') request.log.error({ err: error }, 'request failed');
  const nothing = { path: undefined, input: undefined, ctx: undefined } as const;
  const shape = getTRPCErrorShape({
    config: adminRouter._def._config,
    error: known,
    type: 'unknown',
    ...nothing,
  });
  const { status, facts } = shape.data.problem;
  if (typeof facts.retryAfterSeconds === 'number')
    reply.header('retry-after', facts.retryAfterSeconds);
  if (status === 405) reply.header('allow', 'GET, HEAD, POST');
  return reply.code(status).send({ error: shape });
}
