import type { FastifyReply, FastifyRequest } from 'fastify';

/** RFC 9745: since when, in seconds of Unix time; 25 November 2026. */
const DEPRECATED = '@1795564800';
const SUCCESSOR = '</api/docs>; rel="successor-version"';

/**
 * An onSend hook: every answer of /api/v1, refusals too, says that it is deprecated and names its
 * successor.
 */
export async function addDeprecationHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (request.url.startsWith('/api/v1/'))
    reply.headers({ deprecation: DEPRECATED, link: SUCCESSOR });
}
