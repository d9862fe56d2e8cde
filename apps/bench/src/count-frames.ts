/*
 * Opens WebSockets that follow all changes, and counts the changes without parsing them: `node
 * count-frames.ts URL TOKEN SOCKETS`. The program sends a message to its parent process when all
 * streams have begun, and the count when the parent asks for it.
 */
import { WebSocket } from 'ws';

const [url = '', token = '', sockets = '1'] = process.argv.slice(2);
/** This text occurs once in each change. */
const CHANGE = '"previousStatus":';
const SUBSCRIBE = JSON.stringify({
  id: 1,
  method: 'subscription',
  params: { path: 'onJobChange', input: {} },
});

let changes = 0;
const opened = Array.from({ length: Number(sockets) }, async () => {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => socket.send(SUBSCRIBE)).once('error', reject);
    socket.on('message', (data: Buffer) => {
      let at = data.indexOf(CHANGE);
      for (; at >= 0; at = data.indexOf(CHANGE, at + 1)) changes += 1;
      if (data.includes('"type":"alive"')) resolve();
    });
  });
  return socket;
});
const all = await Promise.all(opened);
process.send?.('open');
process.once('message', () => {
  process.send?.(String(changes));
  for (const socket of all) socket.terminate();
  process.disconnect();
});
