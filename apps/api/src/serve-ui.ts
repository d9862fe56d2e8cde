import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import helmet from '@fastify/helmet';
import serveStatic from '@fastify/static';
import { sendNotFound } from '@renderdeck/rest-adapter';
import type { FastifyInstance } from 'fastify';

const BUILT_PAGE = fileURLToPath(new URL('../../admin-ui/dist', import.meta.url));
const NONCE = '__CSP_NONCE__';

/** The page, as `build` left it in a folder: its assets by name, for every other address outside the API its index. Where it is not built the index says how. */
export async function serveUi(server: FastifyInstance, folder = BUILT_PAGE): Promise<void> {
  const page = await readFile(`${folder}/index.html`, 'utf8').catch(() => null);
  if (page !== null)
    await server.register(serveStatic, {
      root: `${folder}/assets`,
      prefix: '/assets/',
      immutable: true,
      maxAge: '365d',
      index: false,
    });
  server.get('/*', { config: { rateLimit: false } }, async (request, reply) => {
    const [path = '/'] = request.url.split('?');
    if (/^\/(api|trpc|assets)(\/|$)/.test(path) || /\.[a-z0-9]+$/i.test(path))
      return sendNotFound(request, reply);
    if (page === null)
      return reply
        .code(503)
        .type('text/plain')
        .send('The page is not built; run `npx -y pnpm@10.34.9 build` and start again.\n');
    const nonce = randomBytes(16).toString('base64');
    reply.header('content-security-policy', contentSecurityPolicy(nonce));
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(page.replaceAll(NONCE, nonce));
  });
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}

/** Headers of every answer. The page sets its own policy; nothing else may be framed, sniffed or run, and nothing that says no other is kept by a browser or a proxy. */
export async function secureHeaders(server: FastifyInstance): Promise<void> {
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
}
