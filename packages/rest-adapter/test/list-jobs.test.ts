import { expect, test } from 'vitest';
import { expectProblem, serveRest } from './serve-rest.ts';

test('GET /api/jobs lists running jobs, then the queue in its order; nothing but jobs and nextCursor', async () => {
  const { send, fake } = serveRest();
  fake.farm.submit('first', 'sam');
  fake.farm.claimNext();
  fake.farm.submit('low', 'sam', 10);
  fake.farm.submit('high', 'sam', 90);
  const { status, body } = await send('vera', 'GET', '/api/jobs');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    jobs: [
      { name: 'first', position: null },
      { name: 'high', position: 1 },
      { name: 'low', position: 2 },
    ],
    nextCursor: null,
  });
  expect(Object.keys(body ?? {})).toEqual(['jobs', 'nextCursor']);
});

test('status, cursor and limit narrow the list; a parameter left empty counts as not given', async () => {
  const { send, fake } = serveRest();
  for (const name of ['one', 'two', 'three']) fake.farm.submit(name, 'sam');
  fake.farm.claimNext();
  expect(
    (await send('vera', 'GET', '/api/jobs?status=RENDERING&cursor=&limit=')).body,
  ).toMatchObject({
    jobs: [{ name: 'one' }],
    nextCursor: null,
  });
  const page = await send('vera', 'GET', '/api/jobs?status=QUEUED&limit=1');
  expect(page.body).toMatchObject({ jobs: [{ name: 'two' }], nextCursor: '1' });
  expect(
    (await send('vera', 'GET', '/api/jobs?status=QUEUED&limit=1&cursor=1')).body,
  ).toMatchObject({
    jobs: [{ name: 'three' }],
    nextCursor: null,
  });
});

test.each([
  ['/api/jobs?limit=0', 'limit: limit is a whole number from 1 to 500.'],
  ['/api/jobs?limit=many', 'limit: limit is a whole number from 1 to 500.'],
  ['/api/jobs?status=DONE', expect.stringContaining('status: ')],
  ['/api/jobs?status=QUEUED&status=FAILED', expect.stringContaining('status: ')],
])('GET %s is a 400', async (url, detail) => {
  expectProblem(await serveRest().send('vera', 'GET', url), 400, 'invalid_input', {
    instance: '/api/jobs',
    detail,
  });
});

test('GET /api/jobs without session is 401', async () => {
  expectProblem(await serveRest().send(null, 'GET', '/api/jobs'), 401, 'unauthenticated');
});
