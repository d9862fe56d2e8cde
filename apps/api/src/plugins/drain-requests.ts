import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { isWebSocket } from '../http-request.ts';

const DRAIN_WITHIN_MS = 3000;

/** Counts running requests. Returns a wait until all are answered, of at most three seconds. */
export function drainRequests(server: FastifyInstance): () => Promise<void> {
  const running = new Set<ServerResponse>();
  let drained: (() => void) | null = null;
  server.addHook('onRequest', (request, reply, done) => {
    if (isWebSocket(request.raw)) {
      done();
      return;
    }
    running.add(reply.raw);
    reply.raw.once('close', () => {
      running.delete(reply.raw);
      if (running.size === 0) drained?.();
    });
    done();
  });
  return async () => {
    if (running.size === 0) return;
    await new Promise<void>((resolve) => {
      const over = setTimeout(resolve, DRAIN_WITHIN_MS);
      drained = () => {
        clearTimeout(over);
        resolve();
      };
    });
  };
}
