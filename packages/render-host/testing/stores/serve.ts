import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Starts a server that gives each request its own answer; the last answer repeats. */
export async function serve(...answers: Answer[]) {
  const requests: IncomingMessage[] = [];
  const times: number[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    times.push(performance.now());
    (answers[requests.length - 1] ?? answers.at(-1))?.(response, request);
  });
  return {
    port: await listen(server),
    ...{ requests, times },
    async close(): Promise<void> {
      server.closeAllConnections();
      await close(server);
    },
  };
}

/** Answers a request in place of a server. `answer` lets the server answer. */
export type Act<Real> = (
  response: ServerResponse,
  request: IncomingMessage,
  answer: Real,
) => unknown;

/** Chooses who answers a request: `once` gives the next one with this method to an act. */
export function createActs<Real extends () => unknown>() {
  let next: { method: string; act: Act<Real> } | null = null;
  return {
    once(method: string, act: Act<Real>) {
      next = { method, act };
    },
    async answer(response: ServerResponse, request: IncomingMessage, real: Real) {
      const act = next !== null && next.method === request.method ? next.act : null;
      if (act !== null) next = null;
      try {
        await (act === null ? real() : act(response, request, real));
      } catch {
        // A request that was cut needs no answer.
      }
    },
  };
}

/** Returns the port. */
export async function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  return portOf(server.address());
}

export async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string')
    throw new Error('the server listens on no port');
  return address.port;
}
