/*
 * nexrender-server's own API under /api/v1, for programs that use `@nexrender/api`. It is
 * deprecated and off by default. Each route calls the procedures that /api calls, so access, rules,
 * audit and errors are the same. docs/nexrender-server.md lists the differences from
 * nexrender-server. `uid` is the one that the client chose, or the id of the job. A client sends a
 * token as `nexrender-secret` or as Bearer. A cookie does not authenticate here: each route says so
 * in its config (`forPrograms`).
 */
import cors from '@fastify/cors';
import { refuse } from '@renderdeck/contract';
import { createAdminCaller } from '@renderdeck/contract/router';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { type ContextOf, untilGone } from '../caller-of.ts';
import { addChangeRoutes, addSubmit } from './change-routes.ts';
import type { Open } from './deprecated-route.ts';
import { addListRoutes, addShowRoutes, CUT } from './read-routes.ts';
import { NEXRENDER_ROUTES } from './route-table.ts';

const NO_PICKUP =
  'Renderdeck gives jobs to its own workers alone; ' +
  'start a Renderdeck worker on this host in place of nexrender-worker.';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is for programs with a token. A cookie must not authenticate a request to it. */
    forPrograms?: boolean;
  }
}

export type NexrenderServerOptions = {
  readonly contextOf: ContextOf;
  /** Pages of these origins may call the routes from a browser. */
  readonly origins: readonly string[];
};

export const nexrenderServer: FastifyPluginAsync<NexrenderServerOptions> = async (
  scope,
  { contextOf, origins },
) => {
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, forPrograms: true };
  });
  if (origins.length > 0) await allowOrigins(scope, origins);
  // These answers are not the outputs of procedures, so the schemas of the routes shape them.
  scope.setSerializerCompiler(serializerCompiler);
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const open: Open = (request, reply) => {
    const context = contextOf(request, reply);
    return { context, caller: createAdminCaller(context, { signal: untilGone(reply) }) };
  };
  addSubmit(app, open);
  addListRoutes(app, open);
  addShowRoutes(app, open);
  addChangeRoutes(app, open);
  for (const url of ['/v1/jobs/pickup', '/v1/jobs/pickup/:tags']) {
    app.get(url, { schema: { hide: true } }, async () => {
      throw refuse('not_found', NO_PICKUP);
    });
  }
  app.get('/v1/health', { schema: { hide: true } }, async () => 'ok');
};

/** Answers what a browser asks before it lets a page of these origins call a route (CORS). */
async function allowOrigins(scope: FastifyInstance, origins: readonly string[]): Promise<void> {
  await scope.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'nexrender-secret'],
    exposedHeaders: [CUT, 'deprecation', 'link'],
    maxAge: 600,
  });
  const urls = new Set(Object.values(NEXRENDER_ROUTES).map(({ place }) => place.url));
  // The plugin answers these before the handler runs.
  for (const url of urls)
    scope.options(url, { schema: { hide: true } }, async (_request, reply) => reply.code(204));
}
