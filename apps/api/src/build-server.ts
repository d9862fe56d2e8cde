import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import websocket from '@fastify/websocket';
import { ANONYMOUS, refuse } from '@renderdeck/contract';
import {
  type Action,
  type AdminRouter,
  type ApiContext,
  adminRouter,
} from '@renderdeck/contract/router';
import {
  ACCESS_CHANNEL,
  countJobs,
  countRefusals,
  findLastSeal,
  listHostViews,
  pruneOldChanges,
  readStopTotals,
  recoverExpired,
  type SessionLife,
} from '@renderdeck/operations';
import { restAdapter, sendError, sendNotFound } from '@renderdeck/rest-adapter';
import { logError, type Store } from '@renderdeck/store/connect';

import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
} from 'fastify';
import { authenticator } from './authenticate.ts';
import { startAuditSealing } from './background/audit-sealing.ts';
import type { ApiConfig } from './config.ts';
import { drainRequests } from './drain-requests.ts';
import { recordEarlyRefusals } from './early-refusals.ts';
import { addHealth } from './health.ts';
import { answerBrokenRequest, limitRequests } from './limit-requests.ts';
import { limitSockets } from './limit-sockets.ts';
import { limitStreams } from './limit-streams.ts';
import { DEFAULT_LIMITS, FIXED, type Limits } from './limits.ts';
import { openLiveFeeds } from './live/live-feeds.ts';
import { bindAdminPort } from './port/bind-admin-port.ts';
import type { JobRules } from './port/check-submitted-job.ts';
import { reportTrpcError } from './report-trpc-error.ts';
import { refuseCrossSite } from './same-site.ts';
import { secureHeaders, serveUi } from './serve-ui.ts';
import { translateConnectionError } from './translate-connection-error.ts';
import { waitForDrain } from './wait-for-drain.ts';

const RECOVER_EVERY_MS = 5000;
const FORGET_EVERY_MS = 3_600_000;
const TRPC_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);
/** Acts that may end a session or a token: this server forgets at once who is known. */
const ENDS_ACCESS: ReadonlySet<Action> = new Set([
  'logout',
  'updateUser',
  'revokeToken',
  'revokeSession',
]);
const SECRET_HEADERS = ['authorization', 'cookie', 'nexrender-secret'];

/** The whole API on one database, ready to listen. Closing it drains requests, sends sockets elsewhere and leaves the store open. */
export async function buildServer(
  store: Store,
  config: Pick<ApiConfig, 'sessionSecrets' | 'trustProxy' | 'logLevel'> & {
    readonly jobRules?: JobRules;
    readonly sessionLife?: SessionLife;
    readonly limits?: Partial<Limits>;
    readonly keepChangesMs?: number;
    readonly receiveMs?: number;
    /** Where the page lies, built. */
    readonly pageFolder?: string;
    readonly nexrenderApi?: boolean;
  },
): Promise<FastifyInstance> {
  const { keepChangesMs = 0, receiveMs = FIXED.receiveMs, nexrenderApi = false } = config;
  const limits = { ...DEFAULT_LIMITS, ...config.limits };
  const server = fastify({
    logger: {
      level: config.logLevel,
      redact: SECRET_HEADERS.map((name) => `req.headers["${name}"]`),
      serializers: { err: logError },
    },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: FIXED.bodyBytes,
    // Where headers may take longer than the whole, Node gives the whole what the headers may take.
    http: {
      maxHeaderSize: FIXED.headerBytes,
      headersTimeout: receiveMs,
      connectionsCheckingInterval: receiveMs / 10,
    },
    requestTimeout: receiveMs,
    handlerTimeout: FIXED.answerMs,
    clientErrorHandler: answerBrokenRequest,
    trustProxy: config.trustProxy,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 5000 },
    frameworkErrors(error, request, reply) {
      // No hook sees an address that is none; the connection of an upgrade, which HTTP has let go, would stay for ever.
      if (request.headers.upgrade !== undefined) {
        reply.header('connection', 'close');
        reply.raw.once('finish', () => request.raw.socket.end());
      }
      return sendError(error, request, reply);
    },
  });
  // What a client expects beyond `100-continue` is not met and not refused: the request counts.
  server.server.on('checkExpectation', (request, response) =>
    server.server.emit('request', request, response),
  );
  const { db } = store;
  const logFailure = (what: string) => (error: unknown) => server.log.error({ err: error }, what);

  const listener = store.listener(logFailure('listener failed'));
  const live = openLiveFeeds(db, logFailure('live changes failed'));
  const auth = authenticator(db, config.sessionSecrets, listener.alive);
  const refusals = countRefusals(db, logFailure('refusals were not counted'));
  const sealing = startAuditSealing(db, logFailure);
  const port = bindAdminPort(db, live, live.logs, config.jobRules, refusals, config.sessionLife);
  const takeStream = limitStreams(limits.streamsPerActor);
  const afterAudited = (action: Action, isDone: boolean) => {
    if (isDone && ENDS_ACCESS.has(action)) auth.forget();
    sealing.sealSoon();
  };
  await live.listen(listener);
  await listener.subscribe(ACCESS_CHANNEL, auth.forget, auth.forget);

  // A WebSocket's context is made from the raw request: this leads back to the one that Fastify knows.
  const known = new WeakMap<IncomingMessage, FastifyRequest>();
  server.addHook('onRequest', async (request, reply) => {
    known.set(request.raw, request);
    reply.header('x-request-id', request.id);
  });
  const early = recordEarlyRefusals(server, port, auth.of, sealing.sealSoon);
  server.setErrorHandler(sendError);
  server.setNotFoundHandler(sendNotFound);

  function contextOf(
    channel: 'trpc' | 'rest',
    request: IncomingMessage,
    response: ServerResponse | null,
  ): ApiContext {
    const seen = known.get(request);
    const secure = seen?.protocol === 'https';
    const who = auth.of(request);
    return {
      port,
      request: {
        channel,
        address: seen?.ip ?? request.socket.remoteAddress ?? null,
        requestId: seen?.id ?? null,
      },
      authenticate(quietly) {
        early.reached(request);
        return who(quietly);
      },
      afterAudited,
      takeStream,
      translateError: translateConnectionError,
      onAccessChange: auth.onForget,
      cookie:
        response === null
          ? null
          : {
              set: (id, expiresAt) => auth.setCookie(request, response, secure, { id, expiresAt }),
              clear: () => auth.setCookie(request, response, secure, null),
            },
    };
  }

  const recovery = setInterval(() => {
    recoverExpired({ db }, { actor: 'renderdeck' }).catch(logFailure('recovery failed'));
  }, RECOVER_EVERY_MS);
  const forget = () => {
    if (keepChangesMs > 0)
      pruneOldChanges({ db }, { olderThanMs: keepChangesMs }).catch(
        logFailure('old changes were not forgotten'),
      );
  };
  const forgetting = setInterval(forget, FORGET_EVERY_MS);
  forget();
  const drained = drainRequests(server);
  const trpcSockets = new WeakSet<object>();
  // Before the WebSocket plugin's own hook, which closes the sockets.
  server.addHook('preClose', async () => {
    sealing.finish();
    clearInterval(recovery);
    clearInterval(forgetting);
    for (const socket of server.websocketServer.clients)
      if (trpcSockets.has(socket)) socket.send(JSON.stringify({ id: null, method: 'reconnect' }));
    live.stop();
    await drained();
  });
  await secureHeaders(server);
  await server.register(websocket, { options: { maxPayload: FIXED.bodyBytes } });
  server.websocketServer.on('connection', (socket, request) => {
    if (request.url?.startsWith('/trpc')) trpcSockets.add(socket);
  });
  // After the plugin's own hook, which is what ends the socket of an upgrade that is refused.
  await limitRequests(server, limits);
  limitSockets(server, limits);
  server.addHook('onRequest', refuseCrossSite);
  addHealth(server, {
    async problem() {
      const schema = await store.schemaProblem().catch(() => 'The database does not answer.');
      return (
        schema ??
        (listener.alive()
          ? null
          : 'The connection that hears changes is down; it is being made anew.')
      );
    },
    counts: () => countJobs(db),
    hosts: () => listHostViews(db),
    stops: (boundsMs) => readStopTotals(db, boundsMs),
    seals: async () => Number((await findLastSeal(db))?.seq ?? 0),
    reconnects: listener.reconnects,
  });
  const trpc: FastifyPluginAsync = async (scope) => {
    scope.setErrorHandler(reportTrpcError);
    scope.addHook('onRequest', async ({ method }) => {
      if (!TRPC_METHODS.has(method)) throw refuse('method_not_allowed');
    });
    // Before the upgrade: a stranger holds no socket. Opening one is no act, so it does not prolong a session.
    scope.addHook('onRequest', async ({ raw, ws }) => {
      if (!ws) return;
      const { actor } = await auth.of(raw)(true);
      if (actor.kind === ANONYMOUS) throw refuse('unauthenticated');
    });
    // tRPC names no type where it refuses a call as a whole, nor the method where it refuses that.
    scope.addHook('onSend', async ({ method }, _reply, answer) => {
      if (!(answer instanceof Response)) return;
      if (answer.headers.get('content-type')?.startsWith('text/plain'))
        answer.headers.set('content-type', 'application/json');
      if (answer.status === 405)
        answer.headers.set('allow', method === 'POST' ? 'GET, HEAD' : 'POST');
    });
    const trpcOptions: FastifyTRPCPluginOptions<AdminRouter>['trpcOptions'] = {
      router: adminRouter,
      maxBatchSize: FIXED.procedures,
      createContext: ({ req, res }) =>
        'raw' in req
          ? contextOf('trpc', req.raw, 'raw' in res ? res.raw : null)
          : { ...contextOf('trpc', req, null), waitForDrain: () => waitForDrain(res) },
      onError: ({ error, path, ctx }) => {
        const reqId = ctx?.request.requestId;
        if (error.code === 'INTERNAL_SERVER_ERROR')
          scope.log.error({ err: error, procedure: path, reqId }, 'procedure failed');
      },
    };
    await scope.register(fastifyTRPCPlugin, {
      prefix: '/trpc',
      useWSS: true,
      keepAlive: { enabled: true, pingMs: 30_000, pongWaitMs: 5000 },
      trpcOptions,
    });
  };
  await server.register(trpc);
  await restAdapter(server, {
    contextOf: (request, reply) => contextOf('rest', request.raw, reply.raw),
    nexrenderApi,
  });
  await serveUi(server, config.pageFolder);

  server.addHook('onClose', async () => {
    // Without its database nothing can be written, and closing does not wait for it.
    const databaseAnswers = listener.alive();
    if (databaseAnswers) await refusals.flush();
    await sealing.stop(databaseAnswers);
    await listener.close();
  });
  return server;
}
