import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A proxy to a database that delays the data in each direction, as a network does: data that is
 * sent together arrives together, but later. It polls the clock, because Node's timers know only
 * whole milliseconds. So it uses CPU while data is on its way.
 */
export async function openDelayingProxy(databaseUrl: string, eachWayMs: number) {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const beyond = connect({ host: far.hostname, port: Number(far.port || 5432) });
    for (const socket of [near, beyond])
      sockets.add(socket.setNoDelay().on('error', () => undefined));
    near.on('data', delayed(beyond, eachWayMs)).on('close', () => beyond.destroy());
    beyond.on('data', delayed(near, eachWayMs)).on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: address.port }).href,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Writes what comes to `to`, in the same order, `ms` milliseconds later. */
function delayed(to: Socket, ms: number): (data: Buffer) => void {
  const waiting: { readonly data: Buffer; readonly dueAt: number }[] = [];
  const writeDue = () => {
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      if (performance.now() < first.dueAt) {
        setImmediate(writeDue);
        return;
      }
      waiting.shift();
      if (!to.destroyed) to.write(first.data);
    }
  };
  return (data) => {
    waiting.push({ data, dueAt: performance.now() + ms });
    if (waiting.length === 1) setImmediate(writeDue);
  };
}
