import type { FastifyReply } from 'fastify';

/** Ends when the client goes away, or has its answer. */
export function untilGone(reply: FastifyReply): AbortSignal {
  const cut = new AbortController();
  reply.raw.once('close', () => cut.abort());
  return cut.signal;
}
