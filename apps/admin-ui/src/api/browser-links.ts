import { KEEP_ALIVE, LAZY, reconnectDelayMs } from '@renderdeck/client/reconnect';
import type { AdminRouter } from '@renderdeck/contract/router';
import { createWSClient, httpBatchLink, splitLink, type TRPCLink, wsLink } from '@trpc/client';

/**
 * Queries and mutations over HTTP, the live stream over a WebSocket that is opened when it is first needed and tried for ever.
 * `dropSocket` ends the socket, or the wait for the next try; whoever listens has its stream completed and asks anew, at once.
 */
export function browserLinks(): { links: TRPCLink<AdminRouter>[]; dropSocket: () => void } {
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
    dropSocket() {
      const old = client;
      client = connect();
      void old.close();
    },
  };
}
