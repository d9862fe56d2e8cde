import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * An address that forwards calls to the API and drops its first answers to these procedures. Like
 * a proxy in production, it may hide a path.
 */
export async function loseAnswers(
  apiUrl: string,
  { to, count, hides }: { to: readonly string[]; count: number; hides?: string },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  let lost = 0;
  const pass = async (request: IncomingMessage) => {
    const { method = 'GET', headers, url = '' } = request;
    const body = method === 'GET' ? null : await text(request);
    const { authorization = '', cookie = '' } = headers;
    return await fetch(`${apiUrl}${url}`, {
      method,
      headers: { 'content-type': 'application/json', authorization, cookie },
      body,
    });
  };
  const server = createServer(async (request, response) => {
    if (request.url === hides) {
      response.writeHead(404).end();
      return;
    }
    const answer = await pass(request);
    const body = await answer.text();
    if (lost < count && to.some((procedure) => request.url?.includes(procedure))) {
      lost += 1;
      request.socket.destroy();
      return;
    }
    const cookies = answer.headers.getSetCookie();
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'set-cookie': cookies,
    });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
