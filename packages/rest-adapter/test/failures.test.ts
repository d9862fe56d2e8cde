import { refuse } from '@renderdeck/contract';
import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { NOW, serveRest } from './serve-rest.ts';

test('the answer of a rate limit has the waiting time in Retry-After', async () => {
  const { send, fake } = serveRest();
  fake.failNext('listHosts', refuse('too_many_requests', undefined, { retryAfterSeconds: 30 }));
  const answer = await send('vera', 'GET', '/api/hosts');
  expectProblem(answer, 429, 'too_many_requests', { retryAfterSeconds: 30 });
  expect(answer.headers['retry-after']).toBe('30');
});

test('the answer to a bug has only the request id: no message, no stack', async () => {
  const { send, fake } = serveRest();
  fake.failNext('listHosts', new Error('select secret from users'));
  const answer = await send('vera', 'GET', '/api/hosts');
  expectProblem(answer, 500, 'internal', {
    detail: 'Renderdeck failed; the log has this request id.',
  });
  expect(JSON.stringify(answer)).not.toMatch(/select|stack|[.]ts/);
});

test("an answer that does not fit its schema is a bug, not the caller's error", async () => {
  const { send, fake } = serveRest();
  const [host] = fake.farm.hosts;
  if (host !== undefined) host.slots = 1.5;
  expectProblem(await send('vera', 'GET', '/api/hosts'), 500, 'internal');
});

test.each([
  [429, 'too_many_requests'],
  [503, 'unavailable'],
  [418, 'internal'],
])('a %i of a plugin before the routes becomes the problem %s', async (statusCode, code) => {
  const { send, server } = serveRest();
  server.addHook('onRequest', async () => {
    throw Object.assign(new Error('refused by a plugin'), { statusCode });
  });
  const answer = await send('vera', 'GET', '/api/hosts');
  expectProblem(answer, code === 'internal' ? 500 : statusCode, code);
});

test('any thrown value becomes a problem, even a value that is no error', async () => {
  const { send, server } = serveRest();
  server.addHook('onRequest', async () => Promise.reject('a text'));
  expectProblem(await send('vera', 'GET', '/api/hosts'), 500, 'internal');
});

test('a log that is deleted while it is read breaks off, and never looks complete', async () => {
  const { server, fake } = serveRest();
  const { id } = fake.farm.submit('Intro', 'sam');
  const text = { attempt: 1, outcome: null, endedAt: null, size: 9, start: 0 };
  const stream = 'aerender' as const;
  const chunk = { attempt: 1, seq: 1, at: NOW, stream, lines: ['abcd'] };
  fake.port.getLogText = async (_by, { from }) =>
    from === 0 ? { ...text, next: 5, chunks: [chunk] } : { ...text, next: 5, chunks: [] };
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(`${address}/api/jobs/${id}/attempts/1/log`, {
    headers: { authorization: `Bearer ${fake.signIn('vera')}` },
  });
  expect(answer.headers.get('content-length')).toBe('9');
  await expect(answer.text()).rejects.toThrow();
  await server.close();
});
