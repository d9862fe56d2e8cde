/*
 * A wrong request gets a status, a stable code and a sentence that says what to do. The answer is
 * the same over tRPC and REST, and the database stays as it was.
 */
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openFarm, type TestApi, type TestFarm } from '../../testing/open-farm.ts';
import { BAD_INPUTS } from './bad-inputs.ts';

let farm: TestFarm;
let api: TestApi;
let jobs: { readonly queued: string; readonly ended: string };
let rows: unknown;

beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
  const ended = (await farm.submit('Ended', 99)).job.id;
  await farm.worker.claim();
  await farm.worker.complete(ended);
  jobs = { queued: (await farm.submit()).job.id, ended };
});
afterAll(() => farm.close());

/** Everything except the audit log, because a refusal leaves its entry there. */
const readRows = () => farm.sql`
  SELECT
    (SELECT json_agg(j ORDER BY id) FROM jobs j) AS jobs,
    (SELECT count(*) FROM job_changes) AS changes,
    (SELECT json_agg(u ORDER BY id) FROM users u) AS users,
    (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM api_tokens) AS tokens`;
beforeEach(async () => {
  rows = (await readRows())[0];
});

test.each(BAD_INPUTS)(
  '%s (as %s): %i %s over REST and tRPC, and nothing changes',
  async (_what, who, status, code, sentence, rest, trpc) => {
    const detail = typeof sentence === 'string' ? sentence : expect.stringMatching(sentence);
    expect(await rest(api, who, jobs)).toMatchObject({
      status,
      body: { status, code, detail, requestId: expect.any(String) },
    });
    const error = await trpc(api, who, jobs).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TRPCClientError);
    expect(error).toMatchObject({
      message: detail,
      data: { httpStatus: status, problem: { code, status, detail } },
    });
    expect(JSON.stringify(error)).not.toContain('at file:');
    expect((await readRows())[0]).toEqual(rows);
  },
);

test('a stale version: 409 says who changed what, and nothing changes', async () => {
  const { job } = await farm.submit('Stale', 20);
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 30 });
  rows = (await readRows())[0];
  const sentence = new RegExp(
    '^You saw version 1, it has version 2 by now\\. ' +
      'ada-bot changed it \\(priority 20 → 30\\) at .*; look again and decide again\\.$',
  );
  expect(
    await api.send('ada', 'PATCH', `/api/jobs/${job.id}/priority`, {
      priority: 40,
      expectedVersion: 1,
    }),
  ).toMatchObject({
    status: 409,
    body: {
      code: 'stale_version',
      detail: expect.stringMatching(sentence),
      version: 2,
      priority: 30,
      change: { by: 'ada-bot' },
    },
  });
  expect((await readRows())[0]).toEqual(rows);
});

test.each([
  ['/api/jobs', 'sam'],
  ['/trpc/submitJob', 'sam'],
] as const)('broken JSON to %s: 400 invalid_json, and nothing changes', async (path, who) => {
  const { status, body } = await api.send(who, 'POST', path, '{"job": ');
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain('"invalid_json"');
  expect(JSON.stringify(body)).toContain(
    'The body is not valid JSON; correct it and send it again.',
  );
  expect((await readRows())[0]).toEqual(rows);
});

test.each([
  ['PUT', '/trpc/me', 'GET, HEAD, POST'],
  ['GET', '/trpc/cancelJob', 'POST'],
  ['POST', '/trpc/me', 'GET, HEAD'],
  ['PUT', '/api/jobs', 'GET, HEAD, POST'],
])('%s %s is 405 and names the allowed methods', async (method, path, allow) => {
  const { status, headers } = await api.send(
    'ada',
    method,
    path,
    method === 'GET' ? undefined : {},
  );
  expect([status, headers.get('allow')]).toEqual([405, allow]);
});

test('an unknown path or procedure is 404, a wrong method 405, with a problem', async () => {
  expect(await api.send('ada', 'GET', '/api/nothing')).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  });
  const unknownProcedure = await api.send('ada', 'GET', '/trpc/deleteEverything');
  expect(unknownProcedure).toMatchObject({
    status: 404,
    body: { error: { data: { problem: { code: 'not_found' } } } },
  });
  expect(await api.send('ada', 'PUT', '/api/jobs', {})).toMatchObject({
    status: 405,
    body: { code: 'method_not_allowed' },
  });
  expect(await api.send('ada', 'GET', '/trpc/cancelJob')).toMatchObject({
    status: 405,
    body: { error: { data: { problem: { code: 'method_not_allowed' } } } },
  });
});

test('a refused action of an admin leaves its audit entry', async () => {
  await api.send('sam', 'DELETE', `/api/jobs/${jobs.queued}`, undefined, {
    'x-forwarded-for': '10.0.0.9',
  });
  const { entries } = await api.trpc('ada').listAudit.query({ limit: 1 });
  expect(entries).toMatchObject([
    {
      actor: { kind: 'token', name: 'sam-bot' },
      action: 'cancelJob',
      outcome: 'refused',
      code: 'forbidden',
      jobId: jobs.queued,
      channel: 'rest',
      address: '127.0.0.1',
    },
  ]);
});

test('a wrong password and an unknown name: the same 401, no cookie, no session', async () => {
  const wrong = await api.send(null, 'POST', '/api/session', {
    username: 'ada',
    password: 'guess',
  });
  const unknownName = await api.send(null, 'POST', '/api/session', {
    username: 'eve',
    password: 'guess',
  });
  for (const { status, body, headers } of [wrong, unknownName]) {
    expect({ status, body }).toMatchObject({
      status: 401,
      body: { code: 'wrong_credentials', detail: 'Name or password is wrong.' },
    });
    expect(headers.get('set-cookie')).toBeNull();
  }
  expect((await readRows())[0]).toEqual(rows);
});
