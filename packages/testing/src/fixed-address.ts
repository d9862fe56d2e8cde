import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** One address for a database whose server changes, like a failover proxy or a DNS name. */
export type FixedAddress = {
  /** Returns the URL of this database at the fixed address, whichever server answers there now. */
  through(databaseUrl: string): string;
  /** Closes every connection. New ones go to the server of this URL, or are closed at once. */
  switchTo(databaseUrl: string | null): void;
  /** From now on, nothing passes on the connections that are open, as on a broken network. */
  freeze(): void;
  close(): Promise<void>;
};

/** Listens on its own port and passes every byte to the server of the URL. */
export async function openFixedAddress(databaseUrl: string): Promise<FixedAddress> {
  let far: URL | null = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    if (far === null) {
      near.destroy();
      return;
    }
    const beyond = connect(Number(far.port), far.hostname);
    for (const [one, other] of [
      [near, beyond],
      [beyond, near],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    through: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port }).href,
    switchTo(url) {
      far = url === null ? null : new URL(url);
      endAll();
    },
    freeze() {
      for (const socket of sockets) socket.unpipe();
    },
    async close() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
