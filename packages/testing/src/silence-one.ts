import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What the proxy still passes on: not even the statement, or the statement but not its answer. */
export type SilentFrom = 'statement' | 'answer';

/**
 * A proxy to a database that can make one connection silent, as when the network loses its route:
 * the connection stays open, but nothing passes. The other connections go on.
 */
export async function startSilencingProxy(databaseUrl: string) {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let next: { text: string; from: SilentFrom; done(): void } | null = null;
  // The proxy does not answer the end of a silent connection either.
  const allowHalfOpen = true;
  const server = createServer({ allowHalfOpen }, (near) => {
    const [host, port] = [far.hostname, Number(far.port || 5432)];
    const beyond = connect({ host, port, allowHalfOpen });
    let isSilent = false;
    near.on('data', (data) => {
      if (!isSilent && next !== null && data.includes(next.text)) {
        isSilent = true;
        if (next.from === 'answer') beyond.write(data);
        next.done();
        next = null;
      }
      if (!isSilent) beyond.write(data);
    });
    beyond.on('data', (data) => void (isSilent || near.write(data)));
    for (const [one, other] of [[near, beyond] as const, [beyond, near] as const]) {
      sockets.add(one.on('error', () => undefined));
      one.on('end', () => void (isSilent || other.end()));
      one.on('close', () => {
        sockets.delete(one);
        if (!isSilent) other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  const closed = once(server, 'close');
  await once(server, 'listening');
  const address = server.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port }).href,
    /** Makes the next connection silent that sends this text. Resolves when this is done. */
    silenceAt: (text: string, from: SilentFrom) =>
      new Promise<void>((done) => {
        next = { text, from, done };
      }),
    /** Accepts no new connections. */
    refuse: () => void server.close(),
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await closed;
    },
  };
}
