import { Agent, request as open } from 'node:http';
import type { GeneratedRequest } from './requests.ts';

export type Reply = { readonly status: number; readonly type: string; readonly text: string };

/** Sends requests of any kind over connections that are kept; an answer that does not come within the time is an error. A live stream is left once it is answered. */
export function requestSender(url: string, withinMs: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port } = new URL(url);
  return {
    send: ({ method, path, headers, body }: Omit<GeneratedRequest, 'who'>): Promise<Reply> =>
      new Promise((resolve, reject) => {
        // Node itself sends the body of a GET or DELETE without saying how long it is.
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
            let text = '';
            answer.setEncoding('utf8').on('data', (more: string) => {
              text += more;
            });
            answer.once('end', () => resolve({ status, type, text }));
            answer.once('error', reject);
          },
        );
        sent.once('error', reject);
        sent.end(body ?? undefined);
      }),
    close: () => agent.destroy(),
  };
}
