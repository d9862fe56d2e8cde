import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy between a worker and its database that can fail in three ways. */
export type DatabaseProxy = {
  readonly url: string;
  /** The same database for another user. */
  through(databaseUrl: string): string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Drops all data and keeps the connections open, as when the other end disappears. */
  silence(): void;
  /**
   * Passes the next statement with this text on, and from then on no answer to its connection: the
   * database does it, and who sent it does not hear. It must be the statement's first run on a
   * connection: the driver sends its text first, and its values after an answer.
   */
  loseAnswerTo(text: string): void;
  /** Accepts connections again. Ends the silent ones, as a server does that does not know them. */
  restore(): void;
  close(): Promise<void>;
};

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let state: 'up' | 'cut' | 'silent' = 'up';
  let unanswered: string | null = null;
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => {}).on('close', () => sockets.delete(near));
    if (state === 'cut') near.destroy();
    if (state !== 'up') return;
    const beyond = connect({ host: far.hostname, port: Number(far.port || 5432) });
    sockets.add(beyond);
    beyond
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(beyond);
        near.destroy();
      });
    near.on('close', () => beyond.destroy());
    let isParsed = false;
    near.on('data', (data) => {
      if (isParsed) beyond.unpipe().resume();
      isParsed ||= unanswered !== null && data.includes(unanswered);
      if (isParsed) unanswered = null;
    });
    near.pipe(beyond).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const through = (direct: string) =>
    Object.assign(new URL(direct), { hostname: '127.0.0.1', port: String(address.port) }).href;
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: through(databaseUrl),
    through,
    cut() {
      state = 'cut';
      endAll();
    },
    silence() {
      state = 'silent';
      for (const socket of sockets) socket.unpipe().pause();
    },
    loseAnswerTo(text) {
      unanswered = text;
    },
    restore() {
      if (state === 'silent') endAll();
      state = 'up';
    },
    async close() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
