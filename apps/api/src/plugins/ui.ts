import { randomBytes } from 'node:crypto';
import serveStatic from '@fastify/static';
import { sendNotFound } from '@renderdeck/rest-adapter';
import { callOf, isCheckout } from '@renderdeck/settings';
import fastifyPlugin from 'fastify-plugin';
import type { BuiltPage } from '../read-page.ts';

const NOT_BUILT = isCheckout
  ? `The page is not built; run \`${callOf('build')}\` and start again.\n`
  : 'The page is missing from this installation; install Renderdeck again.\n';
const NONCE = '__CSP_NONCE__';
const BUILD = '__BUILD__';

export type UiOptions = { readonly page: BuiltPage | null };

/**
 * Serves the built page: its assets by name, and its index for every other path outside of the API.
 * If the page is not built, the answer says how to build it.
 */
export const ui = fastifyPlugin<UiOptions>(async (server, { page }) => {
  if (page === null) server.log.warn(NOT_BUILT.trim());
  if (page !== null)
    await server.register(serveStatic, {
      root: `${page.folder}/assets`,
      prefix: '/assets/',
      immutable: true,
      maxAge: '365d',
      index: false,
      preCompressed: true, // as the build has written them, in br and gzip
    });
  server.get('/*', { config: { rateLimit: false } }, async (request, reply) => {
    const [path = '/'] = request.url.split('?');
    if (/^\/(api|trpc|assets)(\/|$)/.test(path) || /\.[a-z0-9]+$/i.test(path))
      return sendNotFound(request, reply);
    if (page === null) return reply.code(503).type('text/plain').send(NOT_BUILT);
    const nonce = randomBytes(16).toString('base64');
    reply.header('content-security-policy', contentSecurityPolicy(nonce));
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(page.html.replaceAll(NONCE, nonce).replaceAll(BUILD, page.build));
  });
});

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // The small pictures of rows come with the answer that brings them all.
    "img-src 'self' data:",
    "media-src 'self'", // outputs that people play
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ');
}
