import { connect, createServer, type Socket } from 'node:net';
import { close, listen } from '../../testing/stores/serve.ts';

/** A proxy of TCP in front of a port of this machine that can cut its connections. */
export async function startProxy(to: number) {
  const open = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  const cut = () => {
    for (const socket of open) socket.destroy();
    left = Number.POSITIVE_INFINITY;
  };
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [near, far].forEach((one) => void one.destroy()));
      socket.on('close', () => open.delete(socket));
    }
    near.pipe(far);
    far.on('data', (bytes) => {
      if (left <= 0) cut();
      else near.write(bytes);
      left -= 1;
    });
  });
  return {
    port: await listen(server),
    cut,
    /** Cuts in place of the answer that follows on so many answers. */
    cutAfter(answers: number) {
      left = answers;
    },
    close() {
      cut();
      return close(server);
    },
  };
}
