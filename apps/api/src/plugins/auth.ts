import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiContext } from '@renderdeck/contract/router';
import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Authenticator } from '../authenticate.ts';
import { recordEarlyRefusals } from './early-refusals.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** What procedures run in: one request, or one WebSocket for as long as it is open. */
    contextOf(
      channel: 'trpc' | 'rest',
      request: IncomingMessage,
      response: ServerResponse | null,
    ): ApiContext;
  }
}

export type AuthOptions = {
  readonly auth: Authenticator;
  /** The part of the context that is the same for every request. */
  readonly shared: Pick<ApiContext, 'port' | 'afterAudited' | 'takeStream' | 'translateError'>;
};

/** Decorates the server with `contextOf`, which tells procedures who asks. */
export const auth = fastifyPlugin<AuthOptions>(async (server, { auth, shared }) => {
  // The first hook: the context of a WebSocket is made from the raw request, and this map leads
  // back to the request that Fastify knows, whatever a later hook refuses.
  const known = new WeakMap<IncomingMessage, FastifyRequest>();
  server.addHook('onRequest', async (request, reply) => {
    known.set(request.raw, request);
    reply.header('x-request-id', request.id);
  });
  const early = recordEarlyRefusals(server, shared, auth);

  server.decorate('contextOf', (channel, request, response) => {
    const seen = known.get(request);
    const secure = seen?.protocol === 'https';
    const authenticate = auth.of(request);
    return {
      ...shared,
      request: {
        channel,
        address: seen?.ip ?? request.socket.remoteAddress ?? null,
        requestId: seen?.id ?? null,
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
