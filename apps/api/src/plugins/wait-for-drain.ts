import { WebSocket } from 'ws';

/** Bytes that may wait in this process for one reader before its streams wait. */
const FULL_BYTES = 256 * 1024;

/** Resolves when this WebSocket has room for more, or is closing. */
export async function waitForDrain(socket: object): Promise<void> {
  if (!isSocket(socket)) return;
  if (socket.bufferedAmount < FULL_BYTES || socket.readyState !== WebSocket.OPEN) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      socket.off('close', end);
      resolve();
    };
    socket.once('close', end);
    // Frames leave in order: when this one is out, so is all before it.
    socket.ping(undefined, undefined, end);
  });
}

function isSocket(connection: object): connection is WebSocket {
  return 'bufferedAmount' in connection;
}
