import type { FastifyReply } from 'fastify';

// Without a reason, each answer would make an error with its stack.
const GONE = new Error('The client is gone, or has its answer.');

/** Ends when the client goes away, or has its answer. */
export function untilGone(reply: FastifyReply): AbortSignal {
  const cut = new AbortController();
  reply.raw.once('close', () => cut.abort(GONE));
  return cut.signal;
}
