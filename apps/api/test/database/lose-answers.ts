import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { readStatements } from './read-statements.ts';

/** ReadyForQuery outside of a transaction: what came before it is committed. */
const IDLE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** A TCP proxy between an API and its database that loses answers as a failover does. */
export type LosingProxy = {
  /** The same database through the proxy. */
  through(databaseUrl: string): string;
  /**
   * From now on a transaction with this text in a statement is committed, and its connection ends
   * before the API gets the answer to the COMMIT.
   */
  loseCommitsWith(text: string): void;
  /** Resolves when the next transaction with this text is committed, and the API has its answer. */
  answered(text: string): Promise<void>;
  /** Loses no more answers. */
  loseNone(): void;
  /** Ends all connections and refuses new ones. */
  cut(): Promise<void>;
  close(): Promise<void>;
};

export async function startLosingProxy(databaseUrl: string): Promise<LosingProxy> {
  const far = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let lost: string | null = null;
  let awaited = { text: '', onAnswer: () => {} };
  const server = createServer((near) => {
    const beyond = connect(Number(far.port), far.hostname);
    for (const [one, other] of [
      [near, beyond],
      [beyond, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    let isLost = false;
    let onIdle: (() => void) | null = null;
    const read = readStatements((text) => {
      if (lost !== null && text.includes(lost)) isLost = true;
      if (awaited.text !== '' && text.includes(awaited.text)) onIdle = awaited.onAnswer;
    });
    near.on('data', (data) => {
      read(data);
      beyond.write(data);
    });
    beyond.on('data', (data) => {
      const isIdle = data.subarray(-IDLE.length).equals(IDLE);
      if (isLost && isIdle) near.destroy();
      else near.write(data, isIdle ? () => onIdle?.() : undefined);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const cut = async () => {
    if (!server.listening) return;
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, 'close');
  };
  return {
    through: (url) => Object.assign(new URL(url), { hostname: '127.0.0.1', port }).href,
    loseCommitsWith(text) {
      lost = text;
    },
    answered: (text) =>
      new Promise((answer) => {
        awaited = { text, onAnswer: answer };
      }),
    loseNone() {
      lost = null;
    },
    cut,
    close: cut,
  };
}
