import helmet from '@fastify/helmet';
import fastifyPlugin from 'fastify-plugin';

/**
 * Sets the headers of every answer: no framing, no sniffing, no scripts. Browsers and proxies do
 * not cache an answer without `cache-control`. The page sets its own content security policy.
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
