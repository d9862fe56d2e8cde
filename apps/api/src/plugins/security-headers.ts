import helmet from '@fastify/helmet';
import fastifyPlugin from 'fastify-plugin';

/**
 * Sets the headers of every answer: nothing may be framed, sniffed or run, and no browser or proxy
 * keeps what does not say otherwise. The page sets a policy of its own.
 */
export const securityHeaders = fastifyPlugin(async (server) => {
  server.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    frameguard: { action: 'deny' },
    hsts: false,
  });
});
