import type { FastifyReply, FastifyRequest } from 'fastify';

/** RFC 9745: since when, in seconds of Unix time; 25 November 2026. */
const DEPRECATED = '@1795564800';
const SUCCESSOR = '</api/docs>; rel="successor-version"';

/** Puts onto every answer of /api/v1, refusals included, that it is deprecated and what takes its place. Fits the hook onSend. */
export async function sayDeprecated(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.url.startsWith('/api/v1/'))
    reply.headers({ deprecation: DEPRECATED, link: SUCCESSOR });
}
