import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type Load = {
  /** Connections at once; each has one request open. */
  readonly clients: number;
  readonly ms: number;
  /** The next request, as it goes over the wire. */
  next(): string;
  /** True when no more shall be sent, before the time is over. */
  enough?(): boolean;
};

/** Sends requests for some time, and counts the answers. An answer that is no 2xx throws. */
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

/** Sends one request and gives the body of its answer. */
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

/** Resolves with one answer, which is the only one under way. Reads no more of it than it must. */
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

/** How long the answer is whose head this chunk holds. */
function lengthOf(chunk: Buffer): number | 'chunked' | null {
  const end = chunk.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = /content-length: *(\d+)/i.exec(chunk.subarray(0, end).toString('latin1'))?.[1];
  return length === undefined ? 'chunked' : end + 4 + Number(length);
}
