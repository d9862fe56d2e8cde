import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { AN_INSTANT, openRest } from './open-rest.ts';

const rest = openRest();

/** A queue of two; `id` is the second. */
async function withQueue() {
  await rest.submit('first');
  return { send: rest.send, id: await rest.submit('second') };
}

test('PATCH /api/jobs/:id/priority: 200 with job, exact position and receipt', async () => {
  const { send, id } = await withQueue();
  const { status, body } = await send('ada', 'PATCH', `/api/jobs/${id}/priority`, { priority: 90 });
  expect(status).toBe(200);
  expect(body).toEqual({
    success: true,
    job: expect.objectContaining({ id, priority: 90, position: 1, version: 2 }),
    newPosition: 1,
    receipt: {
      priority: { before: 50, after: 90 },
      position: { before: 2, after: 1 },
      changedBy: 'ada',
      changedAt: AN_INSTANT,
      countedAt: AN_INSTANT,
      version: 2,
      noop: false,
    },
  });
});

test('the priority it has already is a no-op that says so', async () => {
  const { send, id } = await withQueue();
  expect(await send('ada', 'PATCH', `/api/jobs/${id}/priority`, { priority: 50 })).toMatchObject({
    status: 200,
    body: { newPosition: 2, receipt: { noop: true, version: 1 } },
  });
});

test('409 for a running job with its status, for a stale version with the new one', async () => {
  const { send, id } = await withQueue();
  const running = await rest.host.claimNext();
  expectProblem(
    await send('ada', 'PATCH', `/api/jobs/${running}/priority`, { priority: 1 }),
    409,
    'job_not_queued',
    {
      jobStatus: 'RENDERING',
      host: 'render-01',
    },
  );
  const stale = await send('ada', 'PATCH', `/api/jobs/${id}/priority`, {
    priority: 1,
    expectedVersion: 7,
  });
  expectProblem(stale, 409, 'stale_version', { expectedVersion: 7, version: 1 });
});

test('each job has an ETag; with If-Match only the first change is done', async () => {
  const { send, id } = await withQueue();
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
    const { send, id } = await withQueue();
    const answer = await send(
      'ada',
      'PATCH',
      `/api/jobs/${id}/priority`,
      { priority: 60, ...more },
      { 'if-match': ifMatch },
    );
    expectProblem(answer, 400, 'invalid_input', {
      detail:
        'expectedVersion: expectedVersion is the whole number that the job showed as its version.',
    });
    expect((await rest.job(id))?.priority).toBe(50);
    expect((await rest.audit()).map(({ code }) => code)).toEqual(['invalid_input']);
  },
);

test('401, 403, 404 for an unknown job, 400 for a bad id; the queue stays', async () => {
  const { send, id } = await withQueue();
  expectProblem(
    await send(null, 'PATCH', `/api/jobs/${id}/priority`, { priority: 1 }),
    401,
    'unauthenticated',
  );
  expectProblem(
    await send('sam', 'PATCH', `/api/jobs/${id}/priority`, { priority: 1 }),
    403,
    'forbidden',
  );
  expectProblem(
    await send('ada', 'PATCH', `/api/jobs/${crypto.randomUUID()}/priority`, { priority: 1 }),
    404,
    'job_not_found',
  );
  expectProblem(
    await send('ada', 'PATCH', '/api/jobs/x/priority', { priority: 1 }),
    400,
    'invalid_input',
  );
  expect((await rest.job(id))?.priority).toBe(50);
  expect((await rest.audit()).map(({ code }) => code)).toEqual([
    'unauthenticated',
    'forbidden',
    'job_not_found',
    'invalid_input',
  ]);
});

test.each([
  undefined,
  {},
  { priority: -1 },
  { priority: 101 },
  { priority: 50.5 },
  { priority: '60' },
  { priority: null },
  { priority: true },
])('body %j is a 400 that says what a priority is', async (body) => {
  const { send, id } = await withQueue();
  const detail = 'priority: A priority is a whole number from 0 to 100; larger runs first.';
  expectProblem(
    await send('ada', 'PATCH', `/api/jobs/${id}/priority`, body),
    400,
    'invalid_input',
    { detail },
  );
});
