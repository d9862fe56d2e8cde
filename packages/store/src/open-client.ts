import { connect as connectSocket, type Socket } from 'node:net';
import postgres from 'postgres';
import { type MorePins, pinsFor } from './pinned-settings.ts';
import { retryPauseMs } from './retry-pause.ts';
import { takeRootCertificate } from './root-certificate.ts';

const MOST_BACKOFF_MS = 1000;

export type Client = {
  readonly sql: postgres.Sql;
  /**
   * Ends the client. Running statements may take `withinS` more seconds. Resolves when every socket
   * is closed. The client never connects again.
   */
  end(withinS: number): Promise<void>;
};

/** The failure of a statement that its client had not sent at its end. */
export const clientEnded = () =>
  Object.assign(new Error('the client has ended'), { code: 'CONNECTION_ENDED' });

/** The failure of a connection that its server ended, also one without a word. */
const endedByServer = () =>
  Object.assign(new Error('the server ended the connection'), { code: 'ECONNRESET' });

const same = (text: string) => text;
/** Times and JSON are sent as text, as drizzle writes them; drizzle also reads times from text. */
const AS_TEXT = {
  date: {
    to: 1184,
    from: [1082, 1083, 1114, 1115, 1182, 1184, 1185, 1231],
    serialize: same,
    parse: same,
  },
  json: { to: 114, from: [114, 3802], serialize: same, parse: JSON.parse },
};
type ParsedOptions = { readonly host: string[]; readonly port: number[]; readonly path?: string };

/**
 * Opens a postgres.js client that stays ended. postgres.js 3.4.9 may wait before it reconnects, and
 * end() does not cancel this wait: the client connects after its end and keeps the process alive.
 * So this client makes the sockets itself, and makes none after its end. end() also does not close
 * a socket whose other side is gone, or end the transaction on it, so this client does both.
 *
 * A client that does not reconnect makes no socket after it has lost a connection, either. A
 * statement or a BEGIN that came between the `error` and the `close` of a socket is not sent, and
 * the next session on that connection would resolve it with an empty result. Decisions 0011 and
 * 0103 have more.
 *
 * Long because: its functions share the sockets of one client.
 */
export function openClient(
  url: string,
  options: MorePins & {
    readonly name: string;
    readonly size: number;
    /** Not if it is false: a client that the caller replaces when `onClose` is called. */
    readonly reconnects?: boolean;
    readonly onClose?: () => void;
    /**
     * Called at once when a socket closes. postgres.js reports a closed socket only to its own
     * queries.
     */
    readonly onDisconnect?: () => void;
  },
): Client {
  let ended = false;
  let isLost = false;
  let tries = 0;
  const sockets = new Set<Socket>();
  let onAllClosed = () => {};
  const socket = async ({ host, port, path }: ParsedOptions): Promise<Socket> => {
    // A socket that fails at once, for example without a network, emits its error before
    // postgres.js listens. After an await the error comes later.
    await null;
    // A statement that still waits in this client was not sent.
    if (ended || isLost) throw clientEnded();
    const at = tries % host.length;
    tries += 1;
    const made = path ? connectSocket(path) : connectSocket(port[at] ?? 5432, host[at]);
    sockets.add(made);
    // A proxy without a server accepts a connection and ends it. postgres.js 3.4.9 would connect
    // again without a pause or an end, and fail no statement, unless the socket has an error.
    made.on('end', () => {
      if (!made.writableEnded) made.destroy(endedByServer());
    });
    onEveryClose(made, () => {
      sockets.delete(made);
      options.onDisconnect?.();
      if (sockets.size === 0) onAllClosed();
    });
    // postgres.js takes the server name for TLS from the socket.
    return path ? made : Object.assign(made, { host: host[at] });
  };
  const settings = {
    max: options.size,
    onnotice: () => undefined,
    connect_timeout: 10,
    idle_timeout: 0,
    max_lifetime: null,
    types: AS_TEXT,
    // No statement returns an array, and a connection lost during this lookup is an unhandled
    // rejection.
    fetch_types: false,
    // The default delay grows to 20 s, and a lease may be shorter than that.
    backoff: (failures: number) => retryPauseMs(failures, MOST_BACKOFF_MS) / 1000,
    connection: { ...pinsFor(url, options), application_name: options.name },
    onclose: () => {
      isLost = options.reconnects === false;
      options.onClose?.();
    },
    socket,
  };
  const { url: plainUrl, tls } = takeRootCertificate(url);
  const sql = postgres(plainUrl, { ...settings, ...tls });
  return {
    sql,
    async end(withinS) {
      await sql.end({ timeout: withinS });
      ended = true;
      if (sockets.size === 0) return;
      const closed = new Promise<void>((resolve) => {
        onAllClosed = resolve;
      });
      for (const one of sockets) one.destroy();
      await closed;
    },
  };
}

/**
 * Calls `onClose` once. postgres.js removes all listeners of a socket before it starts TLS, which
 * is when the socket connects or when its first answer comes. So the listener is added again.
 */
function onEveryClose(socket: Socket, onClose: () => void): void {
  let isTold = false;
  const tell = () => {
    if (!isTold) onClose();
    isTold = true;
  };
  const listen = () => {
    if (socket.closed) tell();
    else socket.on('close', tell);
  };
  listen();
  for (const event of ['connect', 'data']) socket.once(event, () => setImmediate(listen));
}
