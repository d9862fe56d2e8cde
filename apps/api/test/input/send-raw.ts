import { once } from 'node:events';
import { connect } from 'node:net';

/** The answer to these packets on a raw connection, until the server ends it. */
export async function sendRaw(url: string, ...packets: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setNoDelay();
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  for (const packet of packets)
    await new Promise<void>((resolve) => {
      socket.write(packet, () => setImmediate(resolve));
    });
  await once(socket, 'close');
  return text;
}
