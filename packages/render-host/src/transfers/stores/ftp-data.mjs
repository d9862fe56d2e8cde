// @ts-check
/**
 * The data connections of FTP. They are passive, and go to the host of the control connection,
 * whatever host the server names.
 *
 * The transfers of basic-ftp end the control connection when the server resets the data connection,
 * as a server does when it refuses a file. Its answer, which follows, would be lost.
 *
 * @typedef {import('basic-ftp').Client} Client
 * @typedef {import('node:net').Socket} Socket
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { TransferFailed } from '../transfer-failed.mjs';

/** How long the answer may take after the data connection was cut. */
const ANSWER_MS = 5000;

/**
 * @param {Client} client
 * @param {(cause: unknown) => number} codeOf the answer of the server, or 0
 */
export function createTransfers(client, codeOf) {
  /** @type {Set<Socket>} */
  const open = new Set();
  const keep = (/** @type {Socket} */ socket) => {
    open.add(socket.on('error', () => undefined).once('close', () => open.delete(socket)));
    return socket;
  };
  const openData = async () => {
    const host = client.ftp.socket.remoteAddress ?? '';
    const socket = keep(connect({ host, port: await askPort(client, codeOf) }));
    await once(socket, 'connect');
    return client.ftp.hasTLS ? keep(startTls(client, socket)) : socket;
  };
  return {
    close() {
      // Without an error, a wait for an event of the socket would not end.
      for (const socket of open) socket.destroy(new Error('closed'));
    },
    /** @param {string} path @param {number} from */
    async *receive(path, from) {
      const socket = await openData();
      try {
        if (from > 0) await client.send(`REST ${from}`);
        const { begun, answered } = ask(client, `RETR ${path}`, socket);
        await begun;
        try {
          for await (const chunk of socket) yield/** @type {Buffer} */ (chunk);
        } catch (cause) {
          throw await answerOr(answered, cause);
        }
        await answered;
      } finally {
        socket.destroy();
      }
    },
    /** @param {string} path @param {AsyncIterable<Uint8Array>} bytes */
    async send(path, bytes) {
      const socket = await openData();
      try {
        const { begun, answered } = ask(client, `STOR ${path}`, socket);
        await begun;
        try {
          if (socket instanceof TLSSocket && socket.getCipher() === undefined)
            await once(socket, 'secureConnect');
          await pipeline(Readable.from(bytes, { objectMode: false }), socket);
        } catch (cause) {
          throw await answerOr(answered, cause);
        }
        await answered;
      } finally {
        socket.destroy();
      }
    },
  };
}

/** @param {Client} client @param {(cause: unknown) => number} codeOf */
async function askPort(client, codeOf) {
  try {
    const { message } = await client.send('EPSV');
    const port = Number(/([|!])\1\1(\d+)\1/.exec(message)?.[2]);
    if (port > 0) return port;
  } catch (cause) {
    if (codeOf(cause) < 500) throw cause;
  }
  const { message } = await client.send('PASV');
  const [, high, low] = /\d+,\d+,\d+,\d+,(\d+),(\d+)/.exec(message) ?? [];
  const port = Number(high) * 256 + Number(low);
  if (port > 0 && port < 65_536) return port;
  throw new TransferFailed('the server named no port for a data connection');
}

/** @param {Client} client @param {Socket} socket */
function startTls({ ftp }, socket) {
  // Servers accept only a connection that continues the session of the control connection.
  const session =
    ftp.tlsSessionStore ?? (ftp.socket instanceof TLSSocket ? ftp.socket.getSession() : undefined);
  const encrypted = connectTls({ ...ftp.tlsOptions, socket, ...(session && { session }) });
  encrypted.on('session', (next) => {
    ftp.tlsSessionStore = next;
  });
  return encrypted;
}

/**
 * Sends a command that moves a file. `begun` resolves when the server begins, `answered` when it
 * says that it is done; both reject when it refuses.
 *
 * @param {Client} client @param {string} command @param {Socket} socket
 */
function ask(client, command, socket) {
  /** @type {(value?: unknown) => void} */
  let begin = () => undefined;
  const first = new Promise((resolve) => {
    begin = resolve;
  });
  /** @type {Promise<unknown>} */
  const answered = client.ftp.handle(command, (answer, task) => {
    if (answer instanceof Error) task.reject(answer);
    else if (answer.code < 200) begin();
    else task.resolve(answer);
  });
  // Without the control connection, nobody says whether the bytes are all of the file.
  answered.catch((cause) => socket.destroy(cause));
  return { begun: Promise.race([first, answered]), answered };
}

/**
 * Why the data connection was cut: the server's answer says more.
 *
 * @param {Promise<unknown>} answered @param {unknown} cause
 */
async function answerOr(answered, cause) {
  const end = new AbortController();
  try {
    await Promise.race([answered, delay(ANSWER_MS, undefined, { signal: end.signal })]);
  } finally {
    end.abort();
  }
  return cause;
}
