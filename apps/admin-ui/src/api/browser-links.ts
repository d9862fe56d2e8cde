import { KEEP_ALIVE, LAZY, reconnectDelayMs } from '@renderdeck/client/reconnect';
import type { AdminRouter } from '@renderdeck/contract/router';
import { createWSClient, httpBatchLink, splitLink, type TRPCLink, wsLink } from '@trpc/client';

/**
 * Queries and mutations go over HTTP, subscriptions over a WebSocket that opens on first use.
 * `reconnect` replaces the WebSocket at once; open subscriptions complete and subscribe again.
 */
export function browserLinks(): { links: TRPCLink<AdminRouter>[]; reconnect: () => void } {
  const url = new URL('/trpc', window.location.href);
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const connect = () =>
    createWSClient({
      url: socketUrl.href,
      lazy: LAZY,
      keepAlive: KEEP_ALIVE,
      retryDelayMs: reconnectDelayMs,
    });
  let client = connect();
  const live: TRPCLink<AdminRouter> = (runtime) => (operation) =>
    wsLink<AdminRouter>({ client })(runtime)(operation);
  return {
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: live,
        false: httpBatchLink({ url: url.href }),
      }),
    ],
    reconnect() {
      const old = client;
      client = connect();
      void old.close();
    },
  };
}
