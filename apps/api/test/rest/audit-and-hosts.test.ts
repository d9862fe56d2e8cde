import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { AN_INSTANT, openRest } from './open-rest.ts';

const rest = openRest();
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
        result: 'done',
        jobId: id,
        jobName: 'Intro',
        reason: null,
        before: { status: 'QUEUED' },
        after: { status: 'CANCELLED', receipt: expect.any(Number) },
        // Null until the line is sealed, which a background task does soon.
        seal: sealSchema.parse(body).entries[0]?.seal,
      },
    ],
    holes: [],
    nextCursor: expect.stringMatching(/^\d+-\d+$/),
    head: expect.stringMatching(/^\d+-\d+$/),
    whole: true,
  });
});

test('GET /api/audit: 401, 400 for a bad filter, and the own lines for others', async () => {
  const { send } = rest;
  expectProblem(await send(null, 'GET', '/api/audit'), 401, 'unauthenticated');
  const own = await send('sam', 'GET', '/api/audit?limit=500');
  expect(own).toMatchObject({ status: 200, body: { whole: false } });
  const names = z.object({ entries: z.array(z.object({ actor: z.object({ name: z.string() }) })) });
  expect(new Set(names.parse(own.body).entries.map(({ actor }) => actor.name))).toEqual(
    new Set(['sam']),
  );
  expect((await send('sam', 'GET', '/api/audit?actor=ada')).body).toMatchObject({ entries: [] });
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
