import { refuse } from '@renderdeck/contract';
import { expect, test } from 'vitest';
import { expectProblem, serveRest } from './serve-rest.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

test('broken JSON is 400 invalid_json on every route that takes a body', async () => {
  const { send } = serveRest();
  const job = `/api/jobs/${crypto.randomUUID()}`;
  for (const [method, url] of [
    ['POST', '/api/session'],
    ['POST', '/api/jobs'],
    ['DELETE', job],
    ['PATCH', `${job}/priority`],
  ] as const) {
    expectProblem(await send('ada', method, url, '{"priority": ', JSON_TYPE), 400, 'invalid_json');
  }
});

test('JSON that would change the prototype of objects is refused', async () => {
  expectProblem(
    await serveRest().send('ada', 'POST', '/api/jobs', '{"__proto__": {"admin": true}}', JSON_TYPE),
    400,
    'invalid_json',
  );
});

test('a body of 2 MB is 413, and one just under 1 MB is read', async () => {
  const { send } = serveRest();
  const job = {
    template: { src: 'file:///a.aep', composition: 'main' },
    note: 'x'.repeat(1_000_000),
  };
  expect(await send('ada', 'POST', '/api/jobs', { job })).toMatchObject({ status: 201 });
  expectProblem(
    await send('ada', 'POST', '/api/jobs', { job: { ...job, note: 'x'.repeat(2_000_000) } }),
    413,
    'body_too_large',
  );
});

test.each(['text/plain', 'text/xml', 'application/x-www-form-urlencoded', 'nonsense'])(
  'a body of type %s is 415',
  async (type) => {
    expectProblem(
      await serveRest().send('ada', 'POST', '/api/jobs', 'job=1', { 'content-type': type }),
      415,
      'unsupported_media_type',
    );
  },
);

test('an unknown address under /api is 404, whatever is sent to it', async () => {
  const { send } = serveRest();
  expectProblem(await send('ada', 'GET', '/api/nothing?token=secret'), 404, 'not_found', {
    instance: '/api/nothing',
  });
  expectProblem(
    await send(null, 'POST', '/api/jobs/1/2/3', 'x', { 'content-type': 'text/plain' }),
    404,
    'not_found',
  );
});

test.each([
  ['PUT', '/api/jobs', 'GET, HEAD, POST'],
  ['POST', '/api/jobs/1', 'DELETE, GET, HEAD'],
  ['GET', '/api/jobs/1/priority', 'PATCH'],
  ['GET', '/api/session', 'DELETE, POST'],
  ['DELETE', '/api/hosts', 'GET, HEAD'],
] as const)('%s %s is 405 and names what it takes: %s', async (method, url, allow) => {
  const answer = await serveRest().send('ada', method, url, '<xml/>', {
    'content-type': 'text/xml',
  });
  expectProblem(answer, 405, 'method_not_allowed', {
    detail: `This address takes ${allow}, not ${method}.`,
  });
  expect(answer.headers.allow).toBe(allow);
});

test('a limit tells in Retry-After how long to wait', async () => {
  const { send, fake } = serveRest();
  fake.failNext('listHosts', refuse('too_many_requests', undefined, { retryAfterSeconds: 30 }));
  const answer = await send('vera', 'GET', '/api/hosts');
  expectProblem(answer, 429, 'too_many_requests', { retryAfterSeconds: 30 });
  expect(answer.headers['retry-after']).toBe('30');
});

test('a bug is told as its request id alone: no message, no stack', async () => {
  const { send, fake } = serveRest();
  fake.failNext('listHosts', new Error('select secret from users'));
  const answer = await send('vera', 'GET', '/api/hosts');
  expectProblem(answer, 500, 'internal', {
    detail: 'Renderdeck failed; the log has this request id.',
  });
  expect(JSON.stringify(answer)).not.toMatch(/select|stack|[.]ts/);
});

test("an answer that does not fit its schema is our bug, not the caller's", async () => {
  const { send, fake } = serveRest();
  const [host] = fake.farm.hosts;
  if (host !== undefined) host.slots = 1.5;
  expectProblem(await send('vera', 'GET', '/api/hosts'), 500, 'internal');
});

test.each([
  [429, 'too_many_requests'],
  [503, 'unavailable'],
  [418, 'internal'],
])('a %i of a plugin before the routes is told as %s', async (statusCode, code) => {
  const { send, server } = serveRest();
  server.addHook('onRequest', async () => {
    throw Object.assign(new Error('refused by a plugin'), { statusCode });
  });
  const answer = await send('vera', 'GET', '/api/hosts');
  expectProblem(answer, code === 'internal' ? 500 : statusCode, code);
});

test('whatever is thrown is a problem, also what is no error', async () => {
  const { send, server } = serveRest();
  server.addHook('onRequest', async () => Promise.reject('a text'));
  expectProblem(await send('vera', 'GET', '/api/hosts'), 500, 'internal');
});
