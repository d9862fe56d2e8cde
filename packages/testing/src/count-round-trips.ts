import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** The delay of each answer. A program needs less time to send everything that it has to send. */
const DELAY_MS = 2;

/**
 * A proxy to a database that counts round trips: how often a program sends something after it got
 * an answer. Statements that are sent together count once. The program must use one connection.
 */
export async function countRoundTrips(databaseUrl: string) {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let trips = 0;
  let answered = true;
  const server = createServer((near) => {
    const beyond = connect({ host: far.hostname, port: Number(far.port || 5432) });
    for (const socket of [near, beyond]) {
      sockets.add(socket.setNoDelay());
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.on('data', (data) => {
      if (answered) trips += 1;
      answered = false;
      beyond.write(data);
    });
    beyond.on('data', (data) => {
      setTimeout(() => {
        answered = true;
        near.write(data);
      }, DELAY_MS);
    });
    near.on('close', () => beyond.destroy());
    beyond.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: address.port }).href,
    /** Runs `act` and returns how many round trips it made. */
    async count(act: () => Promise<unknown>): Promise<number> {
      trips = 0;
      answered = true;
      await act();
      return trips;
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
