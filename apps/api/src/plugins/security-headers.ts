import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fastifyPlugin from 'fastify-plugin';
import helmet from 'helmet';

/**
 * Returns the headers that Helmet sets. They are the same for every answer, so Helmet runs once.
 */
function headersOfHelmet(): Readonly<Record<string, string>> {
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    frameguard: { action: 'deny' },
    hsts: false,
  });
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  setHeaders(request, response, (error) => {
    if (error !== undefined) throw error;
  });
  return Object.fromEntries(
    Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}

/**
 * Sets headers on every answer, so that browsers load it in no frame, guess no content type and run
 * no script. Browsers and proxies do not cache an answer unless it sets `cache-control` itself. The
 * page sets its own content security policy.
 */
export const securityHeaders = fastifyPlugin(async (server) => {
  const headers = headersOfHelmet();
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  server.addHook('onSend', (_request, reply, _answer, done) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done();
  });
});
