import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type Load = {
  /** The number of connections. Each connection has one open request at a time. */
  readonly clients: number;
  readonly ms: number;
  /** Returns the text of the next request, as it is sent. */
  next(): string;
  /** Returns true if no more requests may be sent although the time is not over. */
  enough?(): boolean;
};

/** Sends requests for some time and counts the answers. Throws if a status is not 2xx. */
export async function load(
  port: number,
  { clients, ms, next, enough }: Load,
): Promise<{ readonly answers: number; readonly perSecond: number }> {
  const startedAt = performance.now();
  const counts = await Promise.all(
    Array.from({ length: clients }, async () => {
      const connection = await openConnection(port);
      let count = 0;
      while (performance.now() - startedAt < ms && enough?.() !== true) {
        await connection.send(next());
        count += 1;
      }
      connection.close();
      return count;
    }),
  );
  const answers = counts.reduce((sum, count) => sum + count, 0);
  return { answers, perSecond: (answers * 1000) / (performance.now() - startedAt) };
}

/** Sends one request and returns the body of its answer. */
export async function ask(port: number, request: string): Promise<string> {
  const connection = await openConnection(port);
  const answer = await connection.send(request);
  connection.close();
  return answer.toString().split('\r\n\r\n')[1] ?? '';
}

async function openConnection(port: number) {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  return {
    send(request: string): Promise<Buffer> {
      const answered = readAnswer(socket);
      socket.write(request);
      return answered;
    },
    close: () => void socket.destroy(),
  };
}

/** Resolves with the answer to the only open request. Reads no more of it than it must. */
function readAnswer(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let read = 0;
    let whole: number | 'chunked' | null = null;
    const settle = (act: () => void) => {
      socket.off('data', onData).off('close', onClose).off('error', onClose);
      act();
    };
    const onClose = () => settle(() => reject(new Error('the server closed the connection')));
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      read += chunk.length;
      whole ??= lengthOf(chunk);
      const isWhole =
        whole === 'chunked' ? chunk.subarray(-5).equals(LAST_CHUNK) : read >= (whole ?? read + 1);
      if (!isWhole) return;
      const answer = Buffer.concat(chunks);
      const status = answer.subarray(9, 12).toString();
      settle(() => {
        if (status.startsWith('2')) resolve(answer);
        else reject(new Error(`the server answered ${answer.toString().slice(0, 2000)}`));
      });
    };
    socket.on('data', onData).on('close', onClose).on('error', onClose);
  });
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Returns the length of the answer whose head is in this chunk. */
function lengthOf(chunk: Buffer): number | 'chunked' | null {
  const end = chunk.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = /content-length: *(\d+)/i.exec(chunk.subarray(0, end).toString('latin1'))?.[1];
  return length === undefined ? 'chunked' : end + 4 + Number(length);
}
