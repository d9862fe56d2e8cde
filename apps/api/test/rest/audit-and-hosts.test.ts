import { expect, test } from 'vitest';
import { z } from 'zod';
import { AN_INSTANT, expectProblem, openRest } from './open-rest.ts';

const rest = await openRest();
const seal = z.object({ number: z.string(), hash: z.string() }).nullable();
const sealSchema = z.object({ entries: z.array(z.object({ seal })) });

test('GET /api/audit gives an admin every matching line, newest first', async () => {
  const { send } = rest;
  const id = await rest.submit('Intro');
  await send('sam', 'DELETE', `/api/jobs/${id}`);
  await send('ada', 'DELETE', `/api/jobs/${id}`);
  const { status, body } = await send(
    'ada',
    'GET',
    `/api/audit?action=cancelJob&jobId=${id}&limit=1`,
  );
  expect(status).toBe(200);
  expect(body).toEqual({
    entries: [
      {
        id: expect.stringMatching(/^\d+$/),
        at: AN_INSTANT,
        actor: { kind: 'user', name: 'ada' },
        channel: 'rest',
        address: '127.0.0.1',
        requestId: expect.stringMatching(/./),
        action: 'cancelJob',
        outcome: 'done',
        code: null,
        jobId: id,
        reason: null,
        before: { status: 'QUEUED' },
        after: { status: 'CANCELLED' },
        // Null until the line is sealed, which a background task does soon.
        seal: sealSchema.parse(body).entries[0]?.seal,
      },
    ],
    nextCursor: expect.any(String),
  });
});

test('GET /api/audit: 401 without a session, 403 for others, 400 for a bad filter', async () => {
  const { send } = rest;
  expectProblem(await send(null, 'GET', '/api/audit'), 401, 'unauthenticated');
  expectProblem(await send('sam', 'GET', '/api/audit'), 403, 'forbidden');
  expectProblem(await send('ada', 'GET', '/api/audit?action=dance'), 400, 'invalid_input');
});

test('GET /api/hosts lists the hosts and says which renders with a stand-in', async () => {
  const { send, host } = rest;
  await host.signOn('render-02');
  const { status, body } = await send('vera', 'GET', '/api/hosts');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    hosts: [
      { name: 'render-01', standIn: true, renderer: 'aerender stand-in' },
      { name: 'render-02' },
    ],
  });
});

test('GET /api/hosts without session is 401', async () => {
  expectProblem(await rest.send(null, 'GET', '/api/hosts'), 401, 'unauthenticated');
});
