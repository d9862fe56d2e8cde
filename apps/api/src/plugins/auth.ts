import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_CODES, type ErrorCode, type Write } from '@renderdeck/contract';
import type { ApiContext } from '@renderdeck/contract/router';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Authenticator } from '../authenticate.ts';
import { isWebSocket } from '../http-request.ts';
import { isFromThisMachine } from '../is-from-this-machine.ts';
import { writesOf } from './writes-of.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns the context of procedures for one request, or for one WebSocket while it is open. */
    contextOf(
      channel: 'trpc' | 'rest',
      request: IncomingMessage,
      response: ServerResponse | null,
    ): ApiContext;
  }
}

export type AuthOptions = {
  readonly auth: Authenticator;
  /** The parts of the context that every request shares. */
  readonly shared: Pick<ApiContext, 'port' | 'afterAudited' | 'takeStream' | 'translateError'>;
};

/** Decorates the server with `contextOf`, which gives procedures the request and its actor. */
export const auth = fastifyPlugin<AuthOptions>(async (server, { auth, shared }) => {
  // The context of a WebSocket is made from Node's raw request; this map finds Fastify's request
  // for it. The hook is the first, so it also runs for requests that a later hook refuses.
  const fastifyRequests = new WeakMap<IncomingMessage, FastifyRequest>();
  server.addHook('onRequest', (request, reply, done) => {
    fastifyRequests.set(request.raw, request);
    reply.header('x-request-id', request.id);
    done();
  });
  const early = recordEarlyRefusals(server, shared, auth);

  server.decorate('contextOf', (channel, request, response) => {
    const fastifyRequest = fastifyRequests.get(request);
    const secure = fastifyRequest?.protocol === 'https';
    const authenticate = auth.of(request, isForPrograms(fastifyRequest));
    return {
      ...shared,
      request: {
        channel,
        address: fastifyRequest?.ip ?? request.socket.remoteAddress ?? null,
        requestId: fastifyRequest?.id ?? null,
        fromThisMachine: isFromThisMachine(request),
        ...clientTrace(request.headers),
      },
      authenticate(quietly) {
        early.reached(request);
        return authenticate(quietly);
      },
      onAccessChange: auth.onInvalidate,
      cookie:
        response === null
          ? null
          : {
              set: (id, expiresAt) => auth.setCookie(response, secure, { id, expiresAt }),
              clear: () => auth.setCookie(response, secure, null),
            },
    };
  });
});

function clientTrace({ traceparent }: IncomingHttpHeaders) {
  return typeof traceparent === 'string' ? { clientTraceparent: traceparent } : {};
}

/** The error code of a refusal before any procedure runs. Each status has one code. */
const EARLY_CODES = [
  'invalid_json',
  'unauthenticated',
  'cross_site',
  'body_too_large',
  'unsupported_media_type',
  'too_many_requests',
] as const satisfies readonly ErrorCode[];
const CODE_OF: ReadonlyMap<number, ErrorCode> = new Map(
  EARLY_CODES.map((code) => [ERROR_CODES[code].status, code]),
);

/**
 * Writes the audit line of a write or a WebSocket that is refused before any procedure runs: the
 * request comes from another site, has no session, is not JSON, or exceeds a limit. `reached` marks
 * a request that gets to a procedure, because procedures record their own refusals.
 */
function recordEarlyRefusals(
  server: FastifyInstance,
  { port, afterAudited }: Pick<ApiContext, 'port' | 'afterAudited'>,
  auth: Pick<Authenticator, 'of'>,
): { reached(request: IncomingMessage): void } {
  const reached = new WeakSet<IncomingMessage>();
  const record = async (request: FastifyRequest, code: ErrorCode): Promise<void> => {
    const action = actionOf(request);
    if (action === null || reached.has(request.raw)) return;
    const { actor } = await auth.of(request.raw, isForPrograms(request))();
    const channel = request.routeOptions.url?.startsWith('/trpc') ? 'trpc' : 'rest';
    await port.recordRefusal(
      { actor, channel, address: request.ip ?? null, requestId: request.id },
      { action, code, jobId: jobOf(request) },
    );
    afterAudited?.(action, false);
  };
  server.addHook('onResponse', (request, reply, done) => {
    const code = CODE_OF.get(reply.statusCode);
    if (code === undefined) {
      done();
      return;
    }
    record(request, code).then(() => done(), done);
  });
  return { reached: (request) => void reached.add(request) };
}

function actionOf(request: FastifyRequest): Write | 'onJobChange' | null {
  if (isWebSocket(request.raw)) return 'onJobChange';
  return writesOf(request)[0] ?? null;
}

function jobOf({ url }: FastifyRequest): string | null {
  return (
    /^\/api\/(?:v1\/)?jobs\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=[/?]|$)/i.exec(
      url,
    )?.[1] ?? null
  );
}

/**
 * True if the matched route accepts only tokens. The router has already interpreted the URL, so no
 * spelling of the URL can reach such a route with a cookie.
 */
export function isForPrograms(request: FastifyRequest | undefined): boolean {
  return request?.routeOptions.config?.forPrograms === true;
}
