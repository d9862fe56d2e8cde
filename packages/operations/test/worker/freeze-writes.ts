import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Where a program stops: before its statement is executed, or before it reads the answer. */
export type FreezeAt = 'described' | 'executed';

/**
 * A proxy to the database that makes a program look frozen: from the first statement with this text
 * on, nothing passes. `described`: the server has described the statement and waits for its values.
 * `executed`: the server has executed it, and the answer is not read.
 */
export async function freezeWrites(databaseUrl: string, text: string, at: FreezeAt) {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let freeze: () => void = () => undefined;
  const frozen = new Promise<void>((resolve) => {
    freeze = resolve;
  });
  const server = createServer((near) => {
    const beyond = connect({ host: far.hostname, port: Number(far.port || 5432) });
    let matched = false;
    let held = false;
    for (const socket of [near, beyond]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.on('data', (data) => {
      // A statement is described first; its values follow in the next packet.
      if (matched && at === 'described') held = true;
      if (held) return freeze();
      if (data.includes(text)) matched = true;
      else if (matched) held = at === 'executed';
      beyond.write(data);
    });
    beyond.on('data', (data) => {
      if (!held) near.write(data);
      // The answer shows that the statement was executed.
      else if (at === 'executed') freeze();
    });
    near.on('close', () => beyond.destroy());
    beyond.on('close', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: address.port }).href,
    /** Resolves when the program is frozen. */
    frozen,
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
