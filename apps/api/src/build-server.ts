import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import websocket from '@fastify/websocket';
import { type Action, changesAccess, VERSION } from '@renderdeck/contract';
import { ACCESS_CHANNEL, countRefusals, type SessionLife } from '@renderdeck/operations';
import { readWebhookRules } from '@renderdeck/settings';
import { logError, type Store } from '@renderdeck/store/connect';
import { openTracer } from '@renderdeck/tracing';
import type { FastifyHttpOptions, FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { authenticator } from './authenticate.ts';
import { startAuditSealing } from './background/audit-sealing.ts';
import { startRunRecord } from './background/run-record.ts';
import { startBackground } from './background/start-background.ts';
import type { ApiConfig } from './config.ts';
import { openDatabases } from './connections.ts';
import { HttpRequest } from './http-request.ts';
import { DEFAULT_LIMITS, FIXED, type Limits, limitStreams } from './limits.ts';
import { openLiveFeeds } from './live/live-feeds.ts';
import { createOutputOpener } from './outputs/open-output.ts';
import { createLinks } from './outputs/sign-link.ts';
import { auth } from './plugins/auth.ts';
import { answerBrokenRequest, errors, sendFrameworkError } from './plugins/errors.ts';
import { health, healthSources } from './plugins/health.ts';
import { limitBodies } from './plugins/limit-bodies.ts';
import { limitedSocket } from './plugins/limit-sockets.ts';
import { limits } from './plugins/limits.ts';
import { rest } from './plugins/rest.ts';
import { securityHeaders } from './plugins/security-headers.ts';
import { shutdown } from './plugins/shutdown.ts';
import { trpc } from './plugins/trpc.ts';
import { ui } from './plugins/ui.ts';
import { bindAdminPort } from './port/bind-admin-port.ts';
import type { JobRules } from './port/check-submitted-job.ts';
import type { HostDatabase } from './port/joins.ts';
import { traceCancels } from './port/trace-cancels.ts';
import { readPage } from './read-page.ts';
import { translateConnectionError } from './translate-connection-error.ts';
import { startWebhooks } from './webhooks/start-webhooks.ts';
import { webhookAddresses } from './webhooks/webhook-addresses.ts';

export type ServerConfig = Pick<ApiConfig, 'sessionSecrets' | 'trustProxy' | 'logLevel'> & {
  readonly jobRules?: JobRules;
  readonly submitPriorityMax?: number;
  readonly sessionLife?: SessionLife;
  readonly limits?: Partial<Limits>;
  readonly keepChangesMs?: number;
  readonly keepSecretsMs?: number;
  readonly keepJobsMs?: number;
  readonly keepLogsMs?: number;
  readonly receiveMs?: number;
  readonly answerMs?: number;
  /** The folder that holds the built page. */
  readonly pageFolder?: string;
  readonly nexrenderApi?: boolean;
  readonly nexrenderOrigins?: readonly string[];
  readonly webhookNetworks?: readonly string[];
  readonly publicUrl?: string | null;
  readonly hostDatabase?: HostDatabase;
  readonly tracesTo?: string | null;
  readonly servedOutputs?: ApiConfig['servedOutputs'];
};

/**
 * Builds the whole API on one database, ready to listen. Closing the server does not close `store`.
 * Long because: it is the list of the server's parts, in their order.
 */
export async function buildServer(store: Store, config: ServerConfig): Promise<FastifyInstance> {
  const { db, actions, reads, background } = openDatabases(store);
  const callerLimits = { ...DEFAULT_LIMITS, ...config.limits };
  const server = fastify(
    serverOptions(config, config.receiveMs ?? FIXED.receiveMs, callerLimits.bodyBytes),
  );
  const logFailure = (what: string) => (error: unknown) => server.log.error({ err: error }, what);

  const page = await readPage(config.pageFolder);
  const listener = store.listener(logFailure('listener failed'), { echo: true });
  const live = openLiveFeeds(db, logFailure('live changes failed'));
  const authentication = authenticator(db, config.sessionSecrets, listener.alive);
  const refusals = countRefusals(db, logFailure('refusals were not counted'));
  await live.listen(listener);
  await listener.subscribe(ACCESS_CHANNEL, authentication.invalidate, authentication.invalidate);

  const addresses = webhookAddresses(readWebhookRules(config.webhookNetworks ?? []));
  const { publicUrl = null } = config;
  const webhooks = startWebhooks(background, { addresses, publicUrl }, logFailure);
  const sealing = startAuditSealing(background, logFailure);
  const runRecord = await startRunRecord(db, logFailure);
  const stopBackground = startBackground(background, config, logFailure);
  const port = bindAdminPort({
    ...{ db, actions, reads },
    live,
    jobRules: config.jobRules,
    submitPriorityMax: config.submitPriorityMax,
    jobValues: callerLimits.jobValues,
    keepJobsMs: config.keepJobsMs,
    refusals,
    sessionLife: config.sessionLife,
    access: authentication,
    build: page?.build ?? null,
    webhookAddresses: addresses,
    publicUrl,
    hostDatabase: config.hostDatabase ?? null,
    outputs: createOutputOpener(config.servedOutputs ?? []),
    links: createLinks(config.sessionSecrets),
  });
  const { tracesTo: endpoint = null } = config;
  const tracer = await openTracer({ name: 'renderdeck-api', version: VERSION, endpoint });
  const logTrace = (facts: object) => server.log.info(facts, 'cancel is traced');
  const shared = {
    port: tracer === null ? port : traceCancels(port, tracer, logTrace),
    takeStream: limitStreams(callerLimits.streamsPerActor),
    translateError: translateConnectionError,
    afterAudited(action: Action, isDone: boolean) {
      // This server empties its cache now and does not wait for the notification.
      if (isDone && changesAccess(action)) authentication.invalidate();
      sealing.sealSoon();
    },
  };

  // The order matters. Each plugin's file says before or after which others it must be registered.
  await server.register(errors);
  await server.register(auth, { auth: authentication, shared });
  await server.register(shutdown, {
    ...{ stopBackground, sealing, runRecord, live, webhooks, refusals, listener },
  });
  await server.register(securityHeaders);
  const most = { levels: FIXED.bodyLevels, values: callerLimits.jobValues + FIXED.moreValues };
  const sockets = { maxPayload: callerLimits.bodyBytes, WebSocket: limitedSocket(most) };
  await server.register(websocket, { options: sockets });
  const { nexrenderOrigins = [] } = config;
  const answerMs = config.answerMs ?? FIXED.answerMs;
  await server.register(limits, { ...callerLimits, answerMs, nexrenderOrigins });
  const { bodyBytes: bytes } = callerLimits;
  await server.register(limitBodies, { auth: authentication, most: { ...most, bytes } });
  await server.register(health, healthSources(store, reads, listener, { runRecord, webhooks }));
  await server.register(trpc, { auth: authentication });
  await server.register(rest, { nexrenderApi: config.nexrenderApi ?? false, nexrenderOrigins });
  await server.register(ui, { page });
  server.addHook('onClose', async () => await tracer?.close());
  return server;
}

const SECRET_HEADERS = ['authorization', 'cookie', 'nexrender-secret'];

/**
 * The options of Fastify itself. `receiveMs` is the longest time from the first byte of a request
 * to its last byte.
 */
function serverOptions(
  { logLevel, trustProxy }: Pick<ApiConfig, 'logLevel' | 'trustProxy'>,
  receiveMs: number,
  bodyLimit: number,
): FastifyHttpOptions<Server> {
  return {
    logger: {
      level: logLevel,
      redact: SECRET_HEADERS.map((name) => `req.headers["${name}"]`),
      serializers: { err: logError },
    },
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit,
    // Node raises requestTimeout to headersTimeout if headersTimeout is longer. So both are set.
    http: {
      IncomingMessage: HttpRequest,
      maxHeaderSize: FIXED.headerBytes,
      headersTimeout: receiveMs,
      connectionsCheckingInterval: receiveMs / 10,
    },
    requestTimeout: receiveMs,
    // The plugin `limits` refuses requests while the server closes, in the form of all refusals.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    trustProxy,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 5000 },
    frameworkErrors: sendFrameworkError,
  };
}
