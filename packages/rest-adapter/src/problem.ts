/*
 * Errors as application/problem+json (RFC 9457): {type, title, status, detail, code, instance,
 * requestId, ...facts}. A client decides by `code` and shows `detail`. Of a bug it gets only the
 * request id; the log has the rest.
 */
import { ERROR_CODES, type ErrorCode, type Problem } from '@renderdeck/contract';
import { problemOf } from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** An error as the client reads it. */
export const problemBody = z.looseObject({
  type: z.string().meta({ example: 'urn:renderdeck:problem:job_not_found' }),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  instance: z.string(),
  requestId: z.string(),
});

const MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** Answers with this problem and the headers that its status asks for. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  { code, status, detail, facts }: Problem,
): FastifyReply {
  const [path] = request.url.split('?');
  const title = code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ');
  const body = {
    ...facts,
    type: `urn:renderdeck:problem:${code}`,
    title,
    status,
    detail,
    code,
    instance: path,
    requestId: request.id,
  };
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="Renderdeck"');
  if (typeof facts.retryAfterSeconds === 'number')
    reply.header('retry-after', facts.retryAfterSeconds);
  return reply.code(status).type(MEDIA_TYPE).send(JSON.stringify(body));
}

/** Answers with what a client may know of an error; a bug is logged and answered as `internal`. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = problemOfError(error);
  if (problem.code === 'internal') request.log.error({ err: error }, 'request failed');
  return sendProblem(request, reply, problem);
}

/** Answers that nothing is at this address. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(request, reply, plain('not_found'));
}

/** Answers that the address is right and the method is not. */
export function sendMethodNotAllowed(
  request: FastifyRequest,
  reply: FastifyReply,
  allowed: readonly string[],
): FastifyReply {
  const allow = [...allowed].sort();
  const detail = `This address takes ${allow.join(', ')}, not ${request.method}.`;
  return sendProblem(request, reply.header('allow', allow.join(', ')), {
    ...plain('method_not_allowed'),
    detail,
    facts: { allow },
  });
}

/**
 * Fastify's own refusals, by its code where the status alone is not telling, otherwise by status.
 */
const BY_FASTIFY_CODE: ReadonlyMap<string, ErrorCode> = new Map([
  ['FST_ERR_CTP_INVALID_JSON_BODY', 'invalid_json'],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 'invalid_json'],
]);
const BY_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [400, 'invalid_input'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'not_found'],
  [413, 'body_too_large'],
  [414, 'url_too_long'],
  [415, 'unsupported_media_type'],
  [429, 'too_many_requests'],
  [503, 'unavailable'],
]);
const httpError = z.object({ code: z.string().default(''), statusCode: z.int().default(500) });

function problemOfError(error: unknown): Problem {
  if (error instanceof TRPCError) return problemOf(error);
  const { data } = httpError.safeParse(error);
  return plain(
    BY_FASTIFY_CODE.get(data?.code ?? '') ?? BY_STATUS.get(data?.statusCode ?? 500) ?? 'internal',
  );
}

function plain(code: ErrorCode): Problem {
  const { status, sentence } = ERROR_CODES[code];
  return { code, status, detail: sentence, facts: {} };
}
