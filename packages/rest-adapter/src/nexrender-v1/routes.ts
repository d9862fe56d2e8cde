/*
 * nexrender-server's own API under /api/v1, for programs that use `@nexrender/api`. It is
 * deprecated and off by default. Each route calls the procedures that /api calls, so access, rules,
 * audit and errors are the same. docs/nexrender-server.md lists the differences from
 * nexrender-server. `uid` is the id of the job. A client sends a token as `nexrender-secret` or as
 * Bearer. A cookie does not authenticate here: each route says so in its config (`forPrograms`).
 */
import { refuse } from '@renderdeck/contract';
import { createAdminCaller } from '@renderdeck/contract/router';
import type { FastifyPluginAsync } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { type ContextOf, untilGone } from '../caller-of.ts';
import { addChangeRoutes, addSubmit } from './change-routes.ts';
import type { Open } from './deprecated-route.ts';
import { addListRoutes, addShowRoutes } from './read-routes.ts';

const NO_PICKUP =
  'Renderdeck gives jobs to its own workers alone; ' +
  'start a Renderdeck worker on this host in place of nexrender-worker.';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is for programs with a token. A cookie must not authenticate a request to it. */
    forPrograms?: boolean;
  }
}

export const nexrenderServer: FastifyPluginAsync<{ readonly contextOf: ContextOf }> = async (
  scope,
  { contextOf },
) => {
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, forPrograms: true };
  });
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
