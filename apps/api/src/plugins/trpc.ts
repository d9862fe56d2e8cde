import { ANONYMOUS, refuse } from '@renderdeck/contract';
import { type AdminRouter, adminRouter } from '@renderdeck/contract/router';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Authenticator } from '../authenticate.ts';
import { FIXED } from '../limits.ts';
import { reportTrpcError } from './report-trpc-error.ts';
import { waitForDrain } from './wait-for-drain.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);
const KEEP_ALIVE = { enabled: true, pingMs: 30_000, pongWaitMs: 5000 };

export type TrpcPluginOptions = { readonly auth: Pick<Authenticator, 'of'> };

/** Serves the router under /trpc, over HTTP and WebSocket, with errors in tRPC's own form. */
export const trpc: FastifyPluginAsync<TrpcPluginOptions> = async (scope, { auth }) => {
  scope.setErrorHandler(reportTrpcError);
  scope.addHook('onRequest', async ({ method }) => {
    if (!METHODS.has(method)) throw refuse('method_not_allowed');
  });
  // Before the upgrade, so that no anonymous client holds a socket. The call is quiet: opening a
  // socket does not count as use of the session.
  scope.addHook('onRequest', async ({ raw, ws }) => {
    if (!ws) return;
    const { actor } = await auth.of(raw, false)(true);
    if (actor.kind === ANONYMOUS) throw refuse('unauthenticated');
  });
  // Where tRPC refuses a whole call, it sets neither the JSON type nor the Allow header.
  scope.addHook('onSend', async ({ method }, _reply, answer) => {
    if (!(answer instanceof Response)) return;
    if (answer.headers.get('content-type')?.startsWith('text/plain'))
      answer.headers.set('content-type', 'application/json');
    if (answer.status === 405)
      answer.headers.set('allow', method === 'POST' ? 'GET, HEAD' : 'POST');
  });
  await scope.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    useWSS: true,
    keepAlive: KEEP_ALIVE,
    trpcOptions: trpcOptions(scope),
  });
};

function trpcOptions(scope: FastifyInstance): FastifyTRPCPluginOptions<AdminRouter>['trpcOptions'] {
  return {
    router: adminRouter,
    maxBatchSize: FIXED.procedures,
    createContext: ({ req, res }) =>
      'raw' in req
        ? scope.contextOf('trpc', req.raw, 'raw' in res ? res.raw : null)
        : { ...scope.contextOf('trpc', req, null), waitForDrain: () => waitForDrain(res) },
    onError: ({ error, path, ctx }) => {
      const reqId = ctx?.request.requestId;
      if (error.code === 'INTERNAL_SERVER_ERROR')
        scope.log.error({ err: error, procedure: path, reqId }, 'procedure failed');
    },
  };
}
