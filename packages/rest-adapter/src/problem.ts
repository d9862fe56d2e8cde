/*
 * Errors as application/problem+json (RFC 9457): {type, title, status, detail, code, instance,
 * requestId, ...facts}. A client decides by `code` and shows `detail`. For a bug the client gets
 * only the request id; the log has the error itself.
 */
import { ERROR_CODES, type ErrorCode, type Problem, toProblem } from '@renderdeck/contract';
import { problemOf } from '@renderdeck/contract/router';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

/** An error as the client gets it. */
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

/** Answers with this problem and with the headers that its status needs. */
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

/** Answers with the problem of an error. A bug is logged and answered as `internal`. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = problemOf(error);
  if (problem.code === 'internal') request.log.error({ err: error }, 'request failed');
  return sendProblem(request, reply, problem);
}

/** Answers that there is nothing at this address. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(request, reply, toProblem('not_found'));
}

/** Answers that the address exists but does not take this method. */
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
 * 500 and 503; openapi.ts adds these and further codes.
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

/** The sentences of these codes, for the document. */
export function describeCodes(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].sentence}`).join('\n\n');
}
