import { createWSClient, type TRPCWebSocketClient } from '@trpc/client';
import { WebSocket } from 'ws';
import { KEEP_ALIVE, LAZY, reconnectDelayMs } from './reconnect.ts';

/** tRPC's WebSocket: opens when it is first used, with the headers of that moment. */
export function createSocket({
  url,
  headers,
  retryDelayMs = reconnectDelayMs,
}: {
  readonly url: string;
  readonly headers: () => Record<string, string>;
  readonly retryDelayMs: ((attempt: number) => number) | undefined;
}): TRPCWebSocketClient {
  return createWSClient({
    url,
    WebSocket: socketClass(headers),
    lazy: LAZY,
    keepAlive: KEEP_ALIVE,
    retryDelayMs,
  });
}

/** Node 20 has no WebSocket, and the browser's takes no headers: the one of `ws` does. */
function socketClass(headers: () => Record<string, string>): typeof globalThis.WebSocket {
  class WithHeaders extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols, { headers: headers() });
    }
  }
  // biome-ignore lint/plugin: the types differ in methods that tRPC does not call.
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  return WithHeaders as any;
}
