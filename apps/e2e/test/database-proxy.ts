import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy between a worker and its database. It can fail in four ways. */
export type DatabaseProxy = {
  readonly url: string;
  /** Returns the URL of this proxy for the user of `databaseUrl`. */
  through(databaseUrl: string): string;
  /** Closes every connection and refuses new connections. */
  cut(): void;
  /** Drops all data but keeps the connections open, as when the other end disappears. */
  silence(): void;
  /**
   * Passes on the next statement that contains this text, and drops every answer on its connection
   * from then on. So the database runs the statement, but its sender gets no answer. The statement
   * must be new to the connection: only then does the driver send its text first, and the values
   * later.
   */
  loseAnswerTo(text: string): void;
  /** Resets every connection when the worker has sent this many more packets: again and again. */
  resetAfter(...packets: readonly number[]): void;
  /** How many connections were made to this proxy so far. */
  accepted(): number;
  /** Accepts connections again. Closes the silent connections, as a restarted server does. */
  restore(): void;
  close(): Promise<void>;
};

/**
 * Starts a proxy that listens at this address of ours.
 * Long because: its functions share the state of one proxy.
 */
export async function startDatabaseProxy(
  databaseUrl: string,
  host = '127.0.0.1',
): Promise<DatabaseProxy> {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let state: 'up' | 'cut' | 'silent' = 'up';
  let unanswered: string | null = null;
  let resets: readonly number[] = [];
  let packets = 0;
  let accepted = 0;
  const server = createServer((near) => {
    accepted += 1;
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
      packets += 1;
      if (packets === resets[0]) resetAll();
      if (isParsed) beyond.unpipe().resume();
      isParsed ||= unanswered !== null && data.includes(unanswered);
      if (isParsed) unanswered = null;
    });
    near.pipe(beyond).pipe(near);
  }).listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const through = (direct: string) =>
    Object.assign(new URL(direct), { hostname: host, port: String(address.port) }).href;
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const resetAll = () => {
    [packets, resets] = [0, resets.slice(1)];
    for (const socket of sockets) socket.resetAndDestroy();
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
    resetAfter(...counts) {
      [packets, resets] = [0, counts];
    },
    accepted: () => accepted,
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
