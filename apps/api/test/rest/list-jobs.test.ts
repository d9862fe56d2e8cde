import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openRest } from './open-rest.ts';

const rest = openRest();

test('status, cursor and limit narrow the list; an empty parameter is ignored', async () => {
  const { send } = rest;
  for (const name of ['one', 'two', 'three']) await rest.submit(name);
  await rest.host.claimNext();
  expect(
    (await send('vera', 'GET', '/api/jobs?status=RENDERING&open=false&cursor=&limit=')).body,
  ).toMatchObject({
    jobs: [{ name: 'one' }],
    nextCursor: null,
  });
  const page = await send('vera', 'GET', '/api/jobs?status=QUEUED&limit=1');
  expect(page.body).toMatchObject({ jobs: [{ name: 'two' }], nextCursor: expect.any(String) });
  const { nextCursor } = z.object({ nextCursor: z.string() }).parse(page.body);
  const next = `/api/jobs?status=QUEUED&limit=1&cursor=${encodeURIComponent(nextCursor)}`;
  expect((await send('vera', 'GET', next)).body).toMatchObject({
    jobs: [{ name: 'three' }],
    nextCursor: null,
  });
});

test.each([
  ['/api/jobs?limit=0', 'limit: limit is a whole number from 1 to 1000.'],
  ['/api/jobs?limit=many', 'limit: limit is a whole number from 1 to 1000.'],
  ['/api/jobs?open=1', expect.stringContaining('open: ')],
  ['/api/jobs?status=DONE', expect.stringContaining('status: ')],
  ['/api/jobs?status=QUEUED&status=FAILED', expect.stringContaining('status: ')],
])('GET %s is a 400', async (url, detail) => {
  expectProblem(await rest.send('vera', 'GET', url), 400, 'invalid_input', {
    instance: '/api/jobs',
    detail,
  });
});
