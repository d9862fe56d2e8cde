import { expect, test } from 'vitest';
import { expectProblem, NOW, serveRest } from './serve-rest.ts';

test('GET /api/audit gives an admin every line, newest first, filtered by what is asked', async () => {
  const { send, fake } = serveRest();
  const { id } = fake.farm.submit('Intro', 'sam');
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
        id: '2',
        at: NOW,
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
        seal: null,
      },
    ],
    nextCursor: '1',
  });
});

test('GET /api/audit is 401 without session, 403 for others, 400 for a filter that is none', async () => {
  const { send } = serveRest();
  expectProblem(await send(null, 'GET', '/api/audit'), 401, 'unauthenticated');
  expectProblem(await send('sam', 'GET', '/api/audit'), 403, 'forbidden');
  expectProblem(await send('ada', 'GET', '/api/audit?action=dance'), 400, 'invalid_input');
});

test('GET /api/hosts lists the hosts and says which renders with a stand-in', async () => {
  const { send } = serveRest();
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
  expectProblem(await serveRest().send(null, 'GET', '/api/hosts'), 401, 'unauthenticated');
});
