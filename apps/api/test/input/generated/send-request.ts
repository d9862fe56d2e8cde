import { Agent, type IncomingMessage, request as open } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import type { GeneratedRequest } from './request-parts.ts';

export type Reply = { readonly status: number; readonly type: string; readonly text: string };

/** Sends any request over kept connections. A late answer is an error; a stream ends at once. */
export function requestSender(url: string, withinMs: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  return {
    send: ({ method, path, headers, body }: Omit<GeneratedRequest, 'who'>): Promise<Reply> =>
      new Promise((resolve, reject) => {
        // Node does not set content-length for the body of a GET or DELETE.
        const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) };
        const all = { ...headers, ...length };
        const sent = open(
          {
            agent,
            hostname,
            port,
            method,
            path,
            headers: all,
            signal: AbortSignal.timeout(withinMs),
          },
          (answer) => {
            const type = answer.headers['content-type'] ?? '';
            const status = answer.statusCode ?? 0;
            if (type.startsWith('text/event-stream')) {
              sent.destroy();
              resolve({ status, type, text: '' });
              return;
            }
            readText(decoded(answer)).then((text) => resolve({ status, type, text }), reject);
          },
        );
        sent.once('error', reject);
        sent.end(body ?? undefined);
      }),
    close: () => agent.destroy(),
  };
}

/** A generated request may ask for a compressed answer. */
function decoded(answer: IncomingMessage): NodeJS.ReadableStream {
  const encoding = answer.headers['content-encoding'];
  if (encoding === 'br') return answer.compose(createBrotliDecompress());
  return encoding === 'gzip' ? answer.compose(createGunzip()) : answer;
}
