import { WebSocket } from 'ws';

/** Unsent bytes of one reader at which its streams wait. */
const FULL_BYTES = 256 * 1024;

/** Resolves when this WebSocket has room for more, or closes. */
export async function waitForDrain(socket: object): Promise<void> {
  if (!isSocket(socket)) return;
  if (socket.bufferedAmount < FULL_BYTES || socket.readyState !== WebSocket.OPEN) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      socket.off('close', end);
      resolve();
    };
    socket.once('close', end);
    // Frames leave in order: when the ping is sent, all before it is sent too.
    socket.ping(undefined, undefined, end);
  });
}

function isSocket(connection: object): connection is WebSocket {
  return 'bufferedAmount' in connection;
}
