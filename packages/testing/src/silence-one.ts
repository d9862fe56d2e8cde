import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What of the statement gets through: nothing, or the statement and not its answer. */
export type SilentFrom = 'statement' | 'answer';

/**
 * A proxy to a database that makes one connection silent, as when its way is lost: it stays open,
 * and nothing passes. The others go on.
 */
export async function startSilencingProxy(databaseUrl: string) {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let next: { text: string; from: SilentFrom; done(): void } | null = null;
  // The end of a silent connection is not answered either.
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
    /** Makes the connection silent that next sends this text. Resolves when it is. */
    silenceAt: (text: string, from: SilentFrom) =>
      new Promise<void>((done) => {
        next = { text, from, done };
      }),
    /** Takes no new connection. */
    refuse: () => void server.close(),
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await closed;
    },
  };
}
