import { createClient } from '@renderdeck/client';
import { WebSocket } from 'ws';
import { buildServer } from '../src/build-server.ts';
import { openStore } from '../src/connections.ts';
import { type Name, PASSWORD, type TestUsers, type Who } from './users.ts';

export const SECRET = 'the first secret of these tests, long';
export type ServerConfig = Partial<Parameters<typeof buildServer>[1]> & {
  /** Of a server that was here before; by default any that is free. */
  readonly port?: number;
};
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };
export type TestApi = Awaited<ReturnType<typeof startServer>>;

type Surroundings = {
  readonly databaseUrl: string;
  readonly users: TestUsers;
  /** Runs when the test is over. */
  closeLater(close: () => Promise<unknown>): void;
};

/** One API server in this process, and its clients. */
export async function startServer(
  { databaseUrl, users, closeLater }: Surroundings,
  { port = 0, ...config }: ServerConfig,
) {
  const store = openStore({ databaseUrl, listenUrl: databaseUrl }, 'test api');
  const server = await buildServer(store, {
    sessionSecrets: [SECRET],
    trustProxy: false,
    logLevel: 'silent',
    ...config,
    // On a busy machine the server would answer 503 where a test expects something else.
    limits: { maxDelayMs: 0, ...config.limits },
  });
  const url = await server.listen({ host: '127.0.0.1', port });
  const send = makeSend(url, users);
  let closing: Promise<void> | null = null;
  return {
    url,
    server,
    send,
    close() {
      closing ??= server.close().then(() => store.close());
      return closing;
    },
    /** tRPC over HTTP. */
    trpc: (who: Who) => createClient({ url, ...users.credentialsOf(who) }).api,
    /** tRPC over one WebSocket of its own. */
    trpcSocket(who: Who) {
      const { api: client, close } = createClient({
        url,
        ...users.credentialsOf(who),
        callsOver: 'socket',
        retryDelayMs: () => 50,
      });
      closeLater(close);
      return { client, close };
    },
    /** A WebSocket without tRPC, as older programs open it. */
    socket: (who: Who, path: string, headers: Record<string, string> = {}) =>
      new WebSocket(`${url.replace('http', 'ws')}${path}`, {
        headers: { ...users.headersOf(who), ...headers },
      }),
    /** Signs in with the password; returns the cookie that a browser then sends. */
    async signIn(name: Name): Promise<{ cookie: string }> {
      const input = { username: name, password: PASSWORD };
      const { headers } = await send(null, 'POST', '/api/session', input);
      return { cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
    },
  };
}

/** Sends a request. A text body is sent as it is, any other as JSON. */
function makeSend(url: string, users: TestUsers) {
  return async (
    who: Who,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...users.headersOf(who),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson ? JSON.parse(text) : text,
    };
  };
}
