import type { AdminRouter } from '@renderdeck/contract/router';
import { createWSClient, httpBatchLink, splitLink, type TRPCLink, wsLink } from '@trpc/client';

const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** Queries and mutations over HTTP, the live stream over a WebSocket that is opened when it is first needed and tried for ever. */
export function browserLinks(): { links: TRPCLink<AdminRouter>[]; dropSocket: () => void } {
  const url = new URL('/trpc', window.location.href);
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const client = createWSClient({
    url: socketUrl.href,
    lazy: { enabled: true, closeMs: 1_000 },
    keepAlive: { enabled: true, intervalMs: 10_000, pongTimeoutMs: 5_000 },
    retryDelayMs: (attempt) => (BACK_OFF_MS[attempt] ?? 10_000) * (0.8 + 0.4 * Math.random()),
  });
  return {
    links: [
      splitLink({ condition: ({ type }) => type === 'subscription', true: wsLink({ client }), false: httpBatchLink({ url: url.href }) }),
    ],
    dropSocket: () => client.connection?.ws?.close(),
  };
}
