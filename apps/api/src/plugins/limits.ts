import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import { refuse } from '@renderdeck/contract';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
} from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { isWebSocket } from '../http-request.ts';
import { FIXED, type Limits } from '../limits.ts';
import { limitAnswers } from './limit-answers.ts';
import { limitSockets } from './limit-sockets.ts';

const CLOSING = 'This server is shutting down; try again shortly.';

export type LimitOptions = Limits & {
  readonly answerMs: number;
  /** Pages of these origins may call the routes for programs, which read no cookie. */
  readonly nexrenderOrigins: readonly string[];
};

/**
 * Refuses requests that are too many, that come from another site, that come while the server
 * closes, or whose answer takes too long. Register it before every route and after the WebSocket
 * plugin: a hook of that plugin ends the socket of an upgrade that is refused here.
 */
export const limits = fastifyPlugin<LimitOptions>(async (server, limits) => {
  server.addHook('onRequest', (_request, _reply, done) => {
    const { retryAfterSeconds } = FIXED;
    if (server.isClosing()) done(refuse('unavailable', CLOSING, { retryAfterSeconds }));
    else done();
  });
  limitAnswers(server, limits.answerMs);
  await limitRequests(server, limits);
  limitSockets(server, limits);
  server.addHook('onRequest', refuseCrossSite(new Set(limits.nexrenderOrigins)));
});

const { retryAfterSeconds } = FIXED;
const HEALTH: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);
const isHealth = (request: FastifyRequest) => HEALTH.has(request.routeOptions.url ?? '');

/**
 * Refuses a request if its URL is too long, if its sender sends too many, or if the process is
 * overloaded. The health routes always answer. Register it before every route.
 */
async function limitRequests(server: FastifyInstance, limits: Limits): Promise<void> {
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

/** What a browser says in Sec-Fetch-Site of its own page, and of an address that was typed in. */
const OWN: ReadonlySet<string> = new Set(['same-origin', 'none']);
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a write or a WebSocket that a browser sends for a page of another site. Programs send
 * neither Origin nor Sec-Fetch-Site and pass. The own site is the host of the request, or the host
 * that a trusted proxy reports. If the own site uses https, a page over http counts as another
 * site. A page of an `allowed` origin may call the routes for programs.
 */
function refuseCrossSite(allowed: ReadonlySet<string>) {
  return (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    const { origin, 'sec-fetch-site': from } = request.headers;
    const { forPrograms = false } = request.routeOptions.config;
    const isRead = READS.has(request.method) && !isWebSocket(request.raw);
    const isOther =
      origin === undefined
        ? from !== undefined && !OWN.has(String(from))
        : !(forPrograms && allowed.has(origin)) && isOfOtherSite(request, origin);
    if (isOther && !isRead) done(refuse('cross_site'));
    else done();
  };
}

function isOfOtherSite(request: FastifyRequest, origin: string): boolean {
  const [page, own] = [parse(origin), parse(`${request.protocol}://${request.host}`)];
  return (
    page === null ||
    page.host !== own?.host ||
    (own.protocol === 'https:' && page.protocol !== 'https:')
  );
}

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}
