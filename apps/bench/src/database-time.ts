import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A proxy to a database that measures how long a program waits for the database: from the moment
 * when it sends something until the last answer. The time between two answers and the next request
 * does not count. The program must use one connection.
 */
export async function openDatabaseTimer(databaseUrl: string) {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let sentAt: number | null = null;
  let answeredAt = 0;
  let waitedMs = 0;
  const settle = () => {
    if (sentAt !== null) waitedMs += Math.max(0, answeredAt - sentAt);
    sentAt = null;
  };
  const server = createServer((near) => {
    const beyond = connect({ host: far.hostname, port: Number(far.port || 5432) });
    for (const socket of [near, beyond]) {
      sockets.add(socket.setNoDelay());
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.on('data', (data) => {
      const isFirst = sentAt === null || answeredAt > sentAt;
      if (isFirst) settle();
      sentAt ??= performance.now();
      beyond.write(data);
    });
    beyond.on('data', (data) => {
      answeredAt = performance.now();
      near.write(data);
    });
    near.on('close', () => beyond.destroy());
    beyond.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the timer has no port');
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: address.port }).href,
    /** Runs the work and returns how long it waited for the database, in ms. */
    async measure(work: () => Promise<unknown>): Promise<number> {
      [sentAt, waitedMs] = [null, 0];
      await work();
      settle();
      return waitedMs;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
