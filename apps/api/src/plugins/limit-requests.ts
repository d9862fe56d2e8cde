import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import { refuse } from '@renderdeck/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FIXED, type Limits } from '../limits.ts';

const { retryAfterSeconds } = FIXED;
const HEALTH: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);
const isHealth = (request: FastifyRequest) => HEALTH.has(request.routeOptions.url ?? '');

/**
 * Refuses a request whose URL is too long, that comes too often, or that comes while the process is
 * overloaded. The health routes always answer. Registered before every route.
 */
export async function limitRequests(server: FastifyInstance, limits: Limits): Promise<void> {
  if (limits.connections > 0) server.server.maxConnections = limits.connections;
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    if ((raw.url ?? '').length > FIXED.urlBytes) done(refuse('url_too_long'));
    else done();
  });
  await server.register(underPressure, {
    maxEventLoopDelay: limits.maxDelayMs,
    retryAfter: retryAfterSeconds,
    async pressureHandler(request) {
      if (!isHealth(request)) throw refuse('unavailable', undefined, { retryAfterSeconds });
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
