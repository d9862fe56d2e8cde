/* A call that waits for a host ends when its client goes away. */
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { type RestServer, serveRest } from './serve-rest.ts';

let rest: RestServer;
afterEach(() => rest.server.close());

/**
 * Makes the method of the port wait for ever. Gives the signal that the method got when it was
 * called.
 */
function waitIn(method: 'cancelJob' | 'checkHost') {
  return new Promise<AbortSignal | undefined>((resolve) => {
    Object.assign(rest.fake.port, {
      [method]: (_by: unknown, { signal }: { readonly signal?: AbortSignal }) => {
        resolve(signal);
        return new Promise(() => undefined);
      },
    });
  });
}

test.each([
  ['cancelJob', 'DELETE', '/api/jobs/{id}?waitMs=60000', null],
  ['checkHost', 'POST', '/api/hosts/render-01/check', '{"waitMs":60000}'],
] as const)('%s', async (procedure, method, path, body) => {
  rest = serveRest();
  const { id } = rest.fake.farm.submit('Intro', 'sam');
  const signal = waitIn(procedure);
  const address = await rest.server.listen({ host: '127.0.0.1', port: 0 });
  const client = new AbortController();
  const answer = fetch(`${address}${path.replace('{id}', id)}`, {
    method,
    headers: {
      authorization: `Bearer ${rest.fake.signIn('ada')}`,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    body,
    signal: client.signal,
  });
  answer.catch(() => undefined);
  const waiting = await signal;
  if (waiting === undefined) throw new Error('the call got no signal');
  expect(waiting.aborted).toBe(false);
  client.abort();
  if (!waiting.aborted) await once(waiting, 'abort');
  await expect(answer).rejects.toThrow();
});
