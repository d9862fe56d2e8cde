import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from './farm/listen.ts';

/** An address that passes REST calls on to the API and drops its answer to the first POST. */
export async function loseFirstAnswer(
  apiUrl: string,
): Promise<{ readonly url: string; isLost(): boolean; close(): Promise<void> }> {
  let isLost = false;
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '', headers } = request;
    const names = ['authorization', 'content-type', 'idempotency-key'];
    const sent = names.flatMap((name): [string, string][] =>
      typeof headers[name] === 'string' ? [[name, headers[name]]] : [],
    );
    const body = ['POST', 'PATCH'].includes(method) ? await text(request) : null;
    const answer = await fetch(`${apiUrl}${url}`, { method, headers: sent, body });
    const answered = await answer.text();
    if (method === 'POST' && !isLost) {
      isLost = true;
      request.socket.destroy();
      return;
    }
    const type = answer.headers.get('content-type') ?? 'text/plain';
    response.writeHead(answer.status, { 'content-type': type }).end(answered);
  });
  const { port, close } = await listen(server);
  return { url: `http://127.0.0.1:${port}`, isLost: () => isLost, close };
}
