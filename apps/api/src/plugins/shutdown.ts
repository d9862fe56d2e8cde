/*
 * How a server closes:
 *
 * 1. The server refuses new requests (limits.ts) and stops its background work. It sends each tRPC
 *    client the message `reconnect`, so that the client connects to another process.
 * 2. The server ends all waits for a job, and the streams of hosts and logs.
 * 3. The server waits at most three seconds for running requests, and for webhook messages that are
 *    being sent.
 * 4. The WebSocket plugin closes the sockets. Fastify closes the server.
 * 5. If the database answers, the server writes the counts of refusals, seals audit lines, and
 *    records the end of this run.
 * 6. The listening connection closes.
 */
import type { ServerResponse } from 'node:http';
import type { RefusalCounter } from '@renderdeck/operations';
import type { Store } from '@renderdeck/store/connect';
import type { FastifyInstance } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { AuditSealing } from '../background/audit-sealing.ts';
import type { RunRecord } from '../background/run-record.ts';
import { isWebSocket } from '../http-request.ts';
import type { LiveFeeds } from '../live/live-feeds.ts';
import type { Webhooks } from '../webhooks/start-webhooks.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** True after the shutdown has begun. */
    isClosing(): boolean;
  }
}

const RECONNECT = JSON.stringify({ id: null, method: 'reconnect' });

export type ShutdownOptions = {
  readonly stopBackground: readonly (() => void)[];
  readonly sealing: AuditSealing;
  readonly runRecord: RunRecord;
  readonly live: Pick<LiveFeeds, 'stop'>;
  readonly webhooks: Webhooks;
  readonly refusals: Pick<RefusalCounter, 'flush'>;
  readonly listener: ReturnType<Store['listener']>;
};

const DRAIN_WITHIN_MS = 3000;

/**
 * Counts running requests. Returns a function that waits until all of them are answered, for at
 * most three seconds.
 */
function drainRequests(server: FastifyInstance): () => Promise<void> {
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

/** Register it before the WebSocket plugin, whose preClose hook closes the sockets. */
export const shutdown = fastifyPlugin<ShutdownOptions>(
  async (server, { stopBackground, sealing, runRecord, live, webhooks, refusals, listener }) => {
    let closing = false;
    server.decorate('isClosing', () => closing);
    const drained = drainRequests(server);
    const trpcSockets = new WeakSet<object>();
    server.addHook('onReady', async () => {
      server.websocketServer.on('connection', (socket, request) => {
        if (request.url?.startsWith('/trpc')) trpcSockets.add(socket);
      });
    });
    server.addHook('preClose', async () => {
      closing = true;
      sealing.finish();
      for (const stop of stopBackground) stop();
      for (const socket of server.websocketServer.clients)
        if (trpcSockets.has(socket)) socket.send(RECONNECT);
      live.stop();
      await Promise.all([drained(), webhooks.stop()]);
    });
    server.addHook('onClose', async () => {
      const databaseAnswers = listener.alive();
      if (databaseAnswers) await refusals.flush();
      await sealing.stop(databaseAnswers);
      await runRecord.stop(databaseAnswers);
      await listener.close();
    });
  },
);
