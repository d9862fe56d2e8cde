import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The line between a worker and its database: it can be cut, or fall silent as a line does when its far end is gone without a word. */
export type DatabaseLine = {
  readonly url: string;
  /** Ends every connection and takes no new one. */
  cut(): void;
  /** Carries nothing any more, and says so to nobody. */
  silence(): void;
  /** New connections are carried again; silent ones are ended, as the far end does when it hears of one that it does not know. */
  mend(): void;
  close(): Promise<void>;
};

export async function layDatabaseLine(databaseUrl: string): Promise<DatabaseLine> {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let state: 'up' | 'cut' | 'silent' = 'up';
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
    near.pipe(beyond).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut() {
      state = 'cut';
      endAll();
    },
    silence() {
      state = 'silent';
      for (const socket of sockets) socket.unpipe().pause();
    },
    mend() {
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
