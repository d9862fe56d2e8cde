import type { AdminRouter } from '@renderdeck/contract/router';
import {
  createTRPCClient,
  createWSClient,
  httpLink,
  splitLink,
  type TRPCClient,
  type TRPCWebSocketClient,
  wsLink,
} from '@trpc/client';
import { WebSocket } from 'ws';
import { createCookieJar } from './cookie-jar.ts';
import { KEEP_ALIVE, LAZY, reconnectDelayMs } from './reconnect.ts';

/** Every procedure of the API, typed. */
export type Api = TRPCClient<AdminRouter>;

export type ClientOptions = {
  /** The address of the API, such as http://127.0.0.1:4000. */
  readonly url: string;
  /** The secret of an API token. */
  readonly token?: string | undefined;
  /** The cookie header of a session that is already open. */
  readonly cookie?: string | undefined;
  /** `socket`: queries and mutations use the WebSocket, too. Default: HTTP. */
  readonly callsOver?: 'http' | 'socket';
  /** How many milliseconds to wait before a lost WebSocket is opened again. */
  readonly retryDelayMs?: (attempt: number) => number;
};

export type Client = {
  readonly api: Api;
  /** Opens a session and keeps its cookie. Throws the refusal of the API. */
  signIn(username: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  /** The cookie header of the session; null if no session is open. */
  cookie(): string | null;
  /** Closes the WebSocket and ends its subscriptions. */
  close(): Promise<void>;
};

/**
 * A client of the API at `url`. The WebSocket opens with the first subscription and uses the
 * credentials that the client has then. When it is lost, each subscription resumes after the last
 * event that it got.
 */
export function createClient(options: ClientOptions): Client {
  const { token, callsOver = 'http' } = options;
  const url = `${options.url.replace(/\/+$/, '')}/trpc`;
  const jar = createCookieJar(options.cookie);
  const headers = (): Record<string, string> => {
    const cookie = jar.header();
    return {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(cookie === null ? {} : { cookie }),
    };
  };
  const socket = createSocket({
    url: url.replace(/^http/, 'ws'),
    headers,
    retryDelayMs: options.retryDelayMs,
  });
  const api = createTRPCClient<AdminRouter>({
    links: [
      splitLink({
        condition: ({ type }) => callsOver === 'socket' || type === 'subscription',
        true: wsLink({ client: socket }),
        false: httpLink({
          url,
          headers,
          fetch: async (input, init) => {
            const { body = null, signal = null } = init ?? {};
            const response = await fetch(input, { ...init, body, signal });
            jar.keep(response.headers.getSetCookie());
            return response;
          },
        }),
      }),
    ],
  });
  return {
    api,
    async signIn(username, password) {
      await api.login.mutate({ username, password });
    },
    async signOut() {
      await api.logout.mutate();
    },
    cookie: jar.header,
    close: () => socket.close(),
  };
}

/** The WebSocket of tRPC. It opens at its first use, with the headers of that moment. */
function createSocket({
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

/**
 * A WebSocket class that sends headers. Node 20 has no WebSocket, and that of browsers sends no
 * headers, so `ws` is used.
 */
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
