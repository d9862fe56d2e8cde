/*
 * Errors as application/problem+json (RFC 9457): {type, title, status, detail, code, instance,
 * requestId, ...facts}. A client decides by `code` and shows `detail`. Of a bug it gets only the
 * request id; the log has the rest.
 */
import { ERROR_CODES, type ErrorCode, type Problem, toProblem } from '@renderdeck/contract';
import { problemOf } from '@renderdeck/contract/router';
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
  const problem = problemOf(error);
  if (problem.code === 'internal') request.log.error({ err: error }, 'request failed');
  return sendProblem(request, reply, problem);
}

/** Answers that nothing is at this address. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(request, reply, toProblem('not_found'));
}

/** Answers that the address is right and the method is not. */
export function sendMethodNotAllowed(
  request: FastifyRequest,
  reply: FastifyReply,
  allowed: readonly string[],
): FastifyReply {
  const allow = [...allowed].sort();
  const detail = `This address takes ${allow.join(', ')}, not ${request.method}.`;
  const problem = toProblem('method_not_allowed', detail, { allow });
  return sendProblem(request, reply.header('allow', allow.join(', ')), problem);
}

/**
 * The error answers of a route, by status, with their codes. Every route can also answer 405, 429,
 * 500 and 503, and openapi.ts adds a code.
 */
export function problems(...codes: ErrorCode[]) {
  const all: ErrorCode[] = [...codes, 'too_many_requests', 'internal', 'unavailable'];
  const statuses = new Set(all.map((code) => ERROR_CODES[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const description = describeCodes(all.filter((code) => ERROR_CODES[code].status === status));
      return [
        status,
        { description, content: { 'application/problem+json': { schema: problemBody } } },
      ];
    }),
  );
}

/** The sentences of codes, for a document. */
export function describeCodes(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].sentence}`).join('\n\n');
}
