import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();
const JSON_TYPE = { 'content-type': 'application/json' };

test('broken JSON is 400 invalid_json on every route that takes a body', async () => {
  const { send } = rest;
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
    await rest.send('ada', 'POST', '/api/jobs', '{"__proto__": {"admin": true}}', JSON_TYPE),
    400,
    'invalid_json',
  );
});

test('a body over 8 MB is 413, and one just under it is read', async () => {
  const { sendOverHttp: send } = rest;
  const job = {
    template: { src: 'file:///a.aep', composition: 'main' },
    note: 'x'.repeat(8_300_000),
  };
  expect(await send('ada', 'POST', '/api/jobs', { job })).toMatchObject({ status: 201 });
  expectProblem(
    await send('ada', 'POST', '/api/jobs', { job: { ...job, note: 'x'.repeat(8_400_000) } }),
    413,
    'body_too_large',
  );
});

test.each(['text/plain', 'text/xml', 'application/x-www-form-urlencoded', 'nonsense'])(
  'a body of type %s is 415',
  async (type) => {
    expectProblem(
      await rest.send('ada', 'POST', '/api/jobs', 'job=1', { 'content-type': type }),
      415,
      'unsupported_media_type',
    );
  },
);

test('an unknown address under /api is 404, whatever is sent to it', async () => {
  const { send } = rest;
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
  ['PUT', '/api/session', 'DELETE, GET, HEAD, POST'],
  ['DELETE', '/api/hosts', 'GET, HEAD'],
] as const)('%s %s is 405 and names what it takes: %s', async (method, url, allow) => {
  const answer = await rest.send('ada', method, url, '<xml/>', {
    'content-type': 'text/xml',
  });
  expectProblem(answer, 405, 'method_not_allowed', {
    detail: `This address takes ${allow}, not ${method}.`,
  });
  expect(answer.headers.allow).toBe(allow);
});
