import { restAdapter } from '@renderdeck/rest-adapter';
import fastifyPlugin from 'fastify-plugin';

export type RestPluginOptions = {
  /** Whether nexrender-server's own API is served under /api/v1. */
  readonly nexrenderApi: boolean;
  /** Pages of these origins may call /api/v1 from a browser. */
  readonly nexrenderOrigins: readonly string[];
};

/** Serves REST under /api, over the same procedures as tRPC. */
export const rest = fastifyPlugin<RestPluginOptions>(async (server, options) => {
  await restAdapter(server, {
    contextOf: (request, reply) => server.contextOf('rest', request.raw, reply.raw),
    ...options,
  });
});
