import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest();

test('each job has an ETag; with If-Match only the first change is done', async () => {
  const { send } = rest;
  const id = await rest.submit();
  const { headers } = await send('vera', 'GET', `/api/jobs/${id}`);
  expect(headers.etag).toBe('"1"');
  const change = (ifMatch: string, body: object) =>
    send('ada', 'PATCH', `/api/jobs/${id}/priority`, body, { 'if-match': ifMatch });
  expect(await change('"1"', { priority: 60 })).toMatchObject({
    status: 200,
    headers: { etag: '"2"' },
  });
  expectProblem(await change('"1"', { priority: 70 }), 409, 'stale_version', {
    expectedVersion: 1,
    version: 2,
  });
  expect(await change('W/"2"', { priority: 71, expectedVersion: 2 })).toMatchObject({
    status: 200,
    headers: { etag: '"3"' },
  });
  expect(await change('*', { priority: 72 })).toMatchObject({
    status: 200,
    headers: { etag: '"4"' },
  });
});

test.each([
  ['4', {}],
  ['"x"', {}],
  ['"1", "2"', {}],
  ['"1"', { expectedVersion: 2 }],
])(
  'If-Match %s with %j in the body is a 400 that changes nothing and leaves its line',
  async (ifMatch, more) => {
    const id = await rest.submit();
    const url = `/api/jobs/${id}/priority`;
    const body = { priority: 60, ...more };
    const answer = await rest.send('ada', 'PATCH', url, body, { 'if-match': ifMatch });
    expectProblem(answer, 400, 'invalid_input', {
      detail:
        'expectedVersion: expectedVersion is the whole number that the job showed as its version.',
    });
    expect((await rest.job(id))?.priority).toBe(50);
    expect((await rest.audit()).map(({ code }) => code)).toEqual(['invalid_input']);
  },
);
