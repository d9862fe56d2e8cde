/* Whatever is wrong with a request: a status, a stable code, a sentence that says what to do, over tRPC and REST alike; and the database as it was. */
import { randomUUID } from 'node:crypto';
import { TRPCClientError } from '@trpc/client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NEXRENDER_JOB, openFarm, type TestApi, type TestFarm, type Who } from './serve-api.ts';

let farm: TestFarm;
let api: TestApi;
let id: string;
let ended: string;
let rows: unknown;

beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
  ended = (await farm.submit('Ended', 99)).job.id;
  await farm.worker.claim();
  await farm.worker.complete(ended);
  id = (await farm.submit()).job.id;
});
afterAll(() => farm.close());

/** Everything but the audit log, where a refusal leaves its line. */
const look = () => farm.sql`
  SELECT (SELECT json_agg(j ORDER BY id) FROM jobs j) AS jobs, (SELECT count(*) FROM job_changes) AS changes, (SELECT json_agg(u ORDER BY id) FROM users u) AS users,
    (SELECT count(*) FROM sessions) AS sessions, (SELECT count(*) FROM api_tokens) AS tokens`;
beforeEach(async () => {
  rows = (await look())[0];
});

const PRIORITY = 'priority: A priority is a whole number from 0 to 100; larger runs first.';
const UUID = 'id: A job id is a UUID such as 3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59.';
type Call = (api: TestApi, who: Who) => Promise<unknown>;
type Case = readonly [
  what: string,
  who: Who,
  status: number,
  code: string,
  sentence: string | RegExp,
  rest: Call,
  trpc: Call,
];

const priority = (of: () => string, value: unknown): readonly [Call, Call] => [
  (to, who) => to.send(who, 'PATCH', `/api/jobs/${of()}/priority`, { priority: value }),
  (to, who) =>
    Reflect.apply(to.trpc(who).setPriority.mutate, null, [{ id: of(), priority: value }]),
];
const cancel = (of: () => string): readonly [Call, Call] => [
  (to, who) => to.send(who, 'DELETE', `/api/jobs/${of()}`),
  (to, who) => to.trpc(who).cancelJob.mutate({ id: of() }),
];
const submit = (body: Record<string, unknown>): readonly [Call, Call] => [
  (to, who) => to.send(who, 'POST', '/api/jobs', body),
  (to, who) => Reflect.apply(to.trpc(who).submitJob.mutate, null, [body]),
];
const unknown = randomUUID();

const CASES: readonly Case[] = [
  ['a malformed id, to cancel', 'ada', 400, 'invalid_input', UUID, ...cancel(() => 'job-1')],
  [
    'a malformed id, for a priority',
    'ada',
    400,
    'invalid_input',
    UUID,
    ...priority(() => 'job-1', 60),
  ],
  [
    'an unknown id, to cancel',
    'ada',
    404,
    'job_not_found',
    `No job has the id ${unknown}; look it up in the list of jobs.`,
    ...cancel(() => unknown),
  ],
  [
    'an unknown id, for a priority',
    'ada',
    404,
    'job_not_found',
    /list of jobs\.$/,
    ...priority(() => unknown, 60),
  ],
  [
    'an ended job, to cancel',
    'ada',
    409,
    'job_already_ended',
    /^The job is COMPLETED since \d{4}-.*; there is nothing to cancel\.$/,
    ...cancel(() => ended),
  ],
  [
    'an ended job, for a priority',
    'ada',
    409,
    'job_not_queued',
    /^The job is COMPLETED: it ended at .* only a queued job/,
    ...priority(() => ended, 60),
  ],
  ['a priority below 0', 'ada', 400, 'invalid_input', PRIORITY, ...priority(() => id, -1)],
  ['a priority above 100', 'ada', 400, 'invalid_input', PRIORITY, ...priority(() => id, 101)],
  [
    'a priority that is not whole',
    'ada',
    400,
    'invalid_input',
    PRIORITY,
    ...priority(() => id, 1.5),
  ],
  ['a priority that is text', 'ada', 400, 'invalid_input', PRIORITY, ...priority(() => id, '60')],
  ['no priority', 'ada', 400, 'invalid_input', PRIORITY, ...priority(() => id, undefined)],
  [
    'a job without template',
    'sam',
    400,
    'invalid_input',
    'job.template: template is missing; a nexrender job has {template: {src, composition}}.',
    ...submit({ job: {} }),
  ],
  [
    'no job at all',
    'sam',
    400,
    'invalid_input',
    'job: A nexrender job is an object with a template.',
    ...submit({}),
  ],
  [
    'a uid that leaves its folder',
    'sam',
    400,
    'job_refused',
    /^uid may hold letters/,
    ...submit({ job: { ...NEXRENDER_JOB, uid: '../x' } }),
  ],
  [
    'a submission with a priority out of range',
    'sam',
    400,
    'invalid_input',
    PRIORITY,
    ...submit({ job: NEXRENDER_JOB, priority: 1000 }),
  ],
  [
    'a body of 2 MB',
    'sam',
    413,
    'body_too_large',
    'The body is larger than 1 MB; send less.',
    ...submit({ job: { ...NEXRENDER_JOB, note: 'x'.repeat(2e6) } }),
  ],
  [
    'no session, to cancel',
    null,
    401,
    'unauthenticated',
    'No valid session or token; sign in and try again.',
    ...cancel(() => id),
  ],
  [
    'no session, to submit',
    null,
    401,
    'unauthenticated',
    /sign in/,
    ...submit({ job: NEXRENDER_JOB }),
  ],
  [
    'a viewer who submits',
    'vera',
    403,
    'forbidden',
    'Your role does not allow this; ask an admin.',
    ...submit({ job: NEXRENDER_JOB }),
  ],
  ['a submitter who cancels', 'sam', 403, 'forbidden', /ask an admin/, ...cancel(() => id)],
  [
    'a submitter who sets a priority',
    'sam',
    403,
    'forbidden',
    /ask an admin/,
    ...priority(() => id, 60),
  ],
];

test.each(CASES)(
  '%s (as %s): %i %s, over REST and tRPC alike, and nothing changed',
  async (_what, who, status, code, sentence, rest, trpc) => {
    const detail = typeof sentence === 'string' ? sentence : expect.stringMatching(sentence);
    expect(await rest(api, who)).toMatchObject({
      status,
      body: { status, code, detail, requestId: expect.any(String) },
    });
    const error = await trpc(api, who).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TRPCClientError);
    expect(error).toMatchObject({
      message: detail,
      data: { httpStatus: status, problem: { code, status, detail } },
    });
    expect(JSON.stringify(error)).not.toContain('at file:');
    expect((await look())[0]).toEqual(rows);
  },
);

test('a stale version: 409 that names who changed what, and nothing changed', async () => {
  const { job } = await farm.submit('Stale', 20);
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 30 });
  rows = (await look())[0];
  const sentence =
    /^You saw version 1, it has version 2 by now\. ada-bot changed it \(priority 20 → 30\) at .*; look again and decide anew\.$/;
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
  expect((await look())[0]).toEqual(rows);
});

test.each([
  ['/api/jobs', 'sam'],
  ['/trpc/submitJob', 'sam'],
] as const)('broken JSON to %s: 400 invalid_json, and nothing changed', async (path, who) => {
  const { status, body } = await api.send(who, 'POST', path, '{"job": ');
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain('"invalid_json"');
  expect(JSON.stringify(body)).toContain(
    'The body is not valid JSON; correct it and send it again.',
  );
  expect((await look())[0]).toEqual(rows);
});

test.each([
  ['PUT', '/trpc/me', 'GET, HEAD, POST'],
  ['GET', '/trpc/cancelJob', 'POST'],
  ['POST', '/trpc/me', 'GET, HEAD'],
  ['PUT', '/api/jobs', 'GET, HEAD, POST'],
])('%s %s is 405 and says which methods there are', async (method, path, allow) => {
  const { status, headers } = await api.send(
    'ada',
    method,
    path,
    method === 'GET' ? undefined : {},
  );
  expect([status, headers.get('allow')]).toEqual([405, allow]);
});

test('an unknown address, an unknown procedure and a wrong method: 404, 404 and 405, each a problem', async () => {
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

test('a refused act of an admin’s kind leaves its audit line: who, what, which job, which code', async () => {
  await api.send('sam', 'DELETE', `/api/jobs/${id}`, undefined, { 'x-forwarded-for': '10.0.0.9' });
  const { entries } = await api.trpc('ada').listAudit.query({ limit: 1 });
  expect(entries).toMatchObject([
    {
      actor: { kind: 'token', name: 'sam-bot' },
      action: 'cancelJob',
      outcome: 'refused',
      code: 'forbidden',
      jobId: id,
      channel: 'rest',
      address: '127.0.0.1',
    },
  ]);
});

test('a wrong password: 401 wrong_credentials, the same for a name that nobody has, no cookie and no session', async () => {
  const wrong = await api.send(null, 'POST', '/api/session', {
    username: 'ada',
    password: 'guess',
  });
  const nobody = await api.send(null, 'POST', '/api/session', {
    username: 'eve',
    password: 'guess',
  });
  for (const { status, body, headers } of [wrong, nobody]) {
    expect({ status, body }).toMatchObject({
      status: 401,
      body: { code: 'wrong_credentials', detail: 'Name or password is wrong.' },
    });
    expect(headers.get('set-cookie')).toBeNull();
  }
  expect((await look())[0]).toEqual(rows);
});
