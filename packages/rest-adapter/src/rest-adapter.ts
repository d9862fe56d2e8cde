import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import websocket from '@fastify/websocket';
import type { ApiContext } from '@renderdeck/contract/router';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { type ContextOf, makeCallerOf, type RestApp } from './caller-of.ts';
import { addEventRoute } from './events.ts';
import { addDeprecationHeaders } from './nexrender-v1/deprecated-route.ts';
import { nexrenderServer } from './nexrender-v1/routes.ts';
import { openapiOptions } from './openapi.ts';
import { addPlainRoutes } from './plain-routes.ts';
import { sendError, sendMethodNotAllowed, sendNotFound } from './problem.ts';
import { refuseUnknownQuery } from './refuse-unknown-query.ts';
import { addLogRoute } from './routes/attempt-log.ts';
import { addAuditRoutes } from './routes/audit.ts';
import { addCancelRoute } from './routes/cancel-job.ts';
import { addHostRoutes } from './routes/hosts.ts';
import { addJobRoutes, addRunAgainRoute } from './routes/jobs.ts';
import { addOutputRoute } from './routes/outputs.ts';
import { addPictureRoute } from './routes/pictures.ts';
import { addSessionRoutes } from './routes/session.ts';
import { addPriorityRoutes } from './routes/set-priority.ts';

export type RestOptions = {
  contextOf(request: FastifyRequest, reply: FastifyReply): ApiContext;
  /** Also serve nexrender-server's own API under /api/v1. */
  readonly nexrenderApi?: boolean;
  /** Pages of these origins may call /api/v1 from a browser. */
  readonly nexrenderOrigins?: readonly string[];
};

/**
 * The documentation page loads its own scripts and sets inline styles. It loads nothing from other
 * origins.
 */
const DOCS_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/**
 * Everything under /api, errors included. A request goes to the procedure unchanged. The schemas of
 * a route describe the request; the procedure checks it and shapes the answer with its own schemas.
 * Registers @fastify/websocket unless the server already has it.
 */
export const restAdapter: FastifyPluginAsync<RestOptions> = async (server, options) => {
  if (!server.hasDecorator('websocketServer')) await server.register(websocket);
  // The routes have a scope of their own, so the document does not describe other routes of the
  // server.
  await server.register(documented, options);
};

const documented: FastifyPluginAsync<RestOptions> = async (server, options) => {
  await server.register(swagger, openapiOptions);
  await server.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: DOCS_POLICY });
  await server.register(api, { ...options, prefix: '/api' });
};

const api: FastifyPluginAsync<RestOptions> = async (scope, options) => {
  const { contextOf, nexrenderApi = false, nexrenderOrigins: origins = [] } = options;
  scope.setErrorHandler(sendError);
  scope.setNotFoundHandler(sendNotFound);
  acceptJsonOnly(scope);
  scope.setValidatorCompiler(passUnchanged);
  scope.setSerializerCompiler(() => JSON.stringify);
  scope.addHook('preValidation', refuseUnknownQuery);

  const methods = collectMethods(scope);
  scope.get('/openapi.json', { schema: { hide: true } }, () => scope.swagger());
  const app = scope.withTypeProvider<ZodTypeProvider>();
  addRoutes(app, contextOf);
  addEventRoute(app, contextOf);
  if (nexrenderApi) {
    scope.addHook('onSend', addDeprecationHeaders);
    await scope.register(nexrenderServer, { contextOf, origins });
  }
  refuseOtherMethods(scope, methods);
};

/**
 * The procedure checks the input. Only an empty parameter (`?status=`) is removed here, because it
 * counts as not given.
 */
function passUnchanged({ httpPart }: { httpPart?: string }) {
  if (httpPart !== 'querystring') return (value: unknown) => ({ value });
  return (query: object) => ({
    value: Object.fromEntries(Object.entries(query).filter(([, text]) => text !== '')),
  });
}

/**
 * Accepts JSON and nothing else. An empty body counts as no body, because clients send one with
 * DELETE.
 */
function acceptJsonOnly(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, body, done) => {
      if (body === '') done(null, undefined);
      else void parse(request, body, done);
    },
  );
}

/** The methods of each address. The route for OPTIONS of @fastify/cors stands for no address. */
function collectMethods(scope: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>();
  scope.addHook('onRoute', ({ url, method }) => {
    if (url.endsWith('*')) return;
    methods.set(url, new Set([...(methods.get(url) ?? []), ...[method].flat()]));
  });
  return methods;
}

function refuseOtherMethods(
  scope: FastifyInstance,
  methods: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [url, allowed] of [...methods]) {
    const refuse = async (request: FastifyRequest, reply: FastifyReply) =>
      sendMethodNotAllowed(request, reply, [...allowed]);
    scope.route({
      url: url.slice(scope.prefix.length),
      method: METHODS.filter((method) => !allowed.has(method)),
      schema: { hide: true },
      onRequest: refuse,
      handler: refuse,
    });
  }
}

/**
 * The routes of /api. Each declares its input, its answer and its errors. A route gives the request
 * unchanged to the procedure of the same name. It decides only the status and the sentence of the
 * answer.
 */
function addRoutes(app: RestApp, contextOf: ContextOf): void {
  const callerOf = makeCallerOf(contextOf);
  addPlainRoutes(app, callerOf);
  addSessionRoutes(app, callerOf);
  addJobRoutes(app, callerOf);
  addLogRoute(app, callerOf);
  addOutputRoute(app, contextOf);
  addPictureRoute(app, callerOf);
  addRunAgainRoute(app, callerOf);
  addCancelRoute(app, callerOf);
  addPriorityRoutes(app, callerOf);
  addAuditRoutes(app, callerOf);
  addHostRoutes(app, callerOf);
}
