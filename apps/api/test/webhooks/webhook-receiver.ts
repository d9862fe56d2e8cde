import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { openedForFile } from '../../testing/open-farm.ts';

export type Received = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body, parsed. */
  readonly message: {
    readonly type?: string;
    readonly text?: string;
    readonly data?: {
      readonly job?: { readonly id: string };
      readonly queue?: { readonly since: string };
      readonly [key: string]: unknown;
    };
  };
};

/** A receiver for all tests of a file. */
export function receiverOfFile() {
  const receiver = openedForFile(openReceiver);
  afterAll(() => receiver.close());
  return receiver;
}

/** A receiver of webhooks on loopback. It answers what the test says, and keeps what came. */
export async function openReceiver() {
  const received: Received[] = [];
  let answer: { status: number; body: string; headers: Record<string, string> } | null = ok();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    received.push({ headers, body, message: JSON.parse(body) });
    // Null: it takes the message and never answers.
    if (answer !== null) response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    received,
    /** The ids of the messages about a job, in the order in which they came. */
    idsOf: (jobId: string) =>
      received
        .filter(({ message }) => message.data?.job?.id === jobId)
        .map(({ headers }) => headers['webhook-id'] ?? ''),
    typesOf: (jobId: string) =>
      received
        .filter(({ message }) => message.data?.job?.id === jobId)
        .map(({ message }) => message.type),
    answer(status: number, body = '', headers: Record<string, string> = {}) {
      answer = { status, body, headers };
    },
    answerNothing() {
      answer = null;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function ok() {
  return { status: 200, body: 'ok', headers: {} };
}
