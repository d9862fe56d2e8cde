import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiContext } from '@renderdeck/contract/router';
import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Authenticator } from '../authenticate.ts';
import { isFromThisMachine } from '../is-from-this-machine.ts';
import { recordEarlyRefusals } from './early-refusals.ts';
import { isForPrograms } from './is-for-programs.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The context of procedures: one request, or one WebSocket while it is open. */
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

/** Decorates the server with `contextOf`, which gives procedures the request and its actor. */
export const auth = fastifyPlugin<AuthOptions>(async (server, { auth, shared }) => {
  // The context of a WebSocket is made from the raw request. This map leads back to Fastify's
  // request; its hook comes first, so it runs also where a later hook refuses.
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
