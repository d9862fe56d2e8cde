import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import { ERROR_CODES, type ErrorCode, refuse } from '@renderdeck/contract';
import type { ConnectionError, FastifyInstance, FastifyRequest } from 'fastify';
import { FIXED, type Limits } from './limits.ts';

const RETRY_AFTER_S = 5;
const HEALTH: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);
const isHealth = (request: FastifyRequest) => HEALTH.has(request.routeOptions.url ?? '');

/** Refuses, before anything is read or looked up, what is too long, too often, or too much for the process now; health is always answered. Before every route. */
export async function limitRequests(server: FastifyInstance, limits: Limits): Promise<void> {
  if (limits.connections > 0) server.server.maxConnections = limits.connections;
  server.addHook('onRequest', async ({ raw }) => {
    if ((raw.url ?? '').length > FIXED.urlBytes) throw refuse('url_too_long');
  });
  await server.register(underPressure, {
    maxEventLoopDelay: limits.maxDelayMs,
    retryAfter: RETRY_AFTER_S,
    async pressureHandler(request) {
      if (!isHealth(request))
        throw refuse('unavailable', ERROR_CODES.unavailable.sentence, {
          retryAfterSeconds: RETRY_AFTER_S,
        });
    },
  });
  if (limits.requestsPerMinute === 0) return;
  const quiet = {
    'x-ratelimit-limit': false,
    'x-ratelimit-remaining': false,
    'x-ratelimit-reset': false,
  };
  await server.register(rateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    addHeaders: { ...quiet, 'retry-after': false },
    addHeadersOnExceeding: quiet,
    allowList: isHealth,
    errorResponseBuilder: (_request, { ttl }) =>
      refuse('too_many_requests', undefined, { retryAfterSeconds: Math.ceil(ttl / 1000) }),
  });
}

const BY_CLIENT_ERROR: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Answers what is no request at all, which no route or hook ever sees, and ends its connection. Fits Fastify's clientErrorHandler. */
export function answerBrokenRequest(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  const code = BY_CLIENT_ERROR[error.code] ?? 'invalid_request';
  const { status, sentence } = ERROR_CODES[code];
  const type = `urn:renderdeck:problem:${code}`;
  const body = JSON.stringify({
    type,
    title: code.replaceAll('_', ' '),
    status,
    detail: sentence,
    code,
    requestId: randomUUID(),
  });
  const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}
