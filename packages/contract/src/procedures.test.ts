import { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  createFakeAdminPort,
  FAKE_PASSWORD,
  type FakeAdminPort,
} from '../testing/fake-admin-port.ts';
import { refuse } from './errors.ts';
import { type AdminCaller, adminRouter, createAdminCaller, problemOf } from './router.ts';

type Line = readonly [action: string, outcome: string, code: string | null, jobId: string | null];

function linesOf(fake: FakeAdminPort): Line[] {
  return fake.audit.map(({ action, outcome, code, jobId }) => [action, outcome, code, jobId]);
}

async function refused(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'done',
    (error) => (error instanceof TRPCError ? problemOf(error).code : String(error)),
  );
}

test('a refusal of an audited act leaves its line, whatever said no: the table, the schema or the act', async () => {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const as = (name: 'sam' | 'ada' | null): AdminCaller =>
    createAdminCaller(fake.contextOf(fake.signIn(name)));
  fake.farm.claimNext();
  expect(await refused(as(null).cancelJob({ id }))).toBe('unauthenticated');
  expect(await refused(as('sam').cancelJob({ id }))).toBe('forbidden');
  expect(await refused(as('ada').cancelJob({ id: 'x' }))).toBe('invalid_input');
  expect(await refused(as('ada').setPriority({ id, priority: 500 }))).toBe('invalid_input');
  expect(await refused(as('ada').setPriority({ id, priority: 60 }))).toBe('job_not_queued');
  expect(linesOf(fake)).toEqual([
    ['cancelJob', 'refused', 'unauthenticated', id],
    ['cancelJob', 'refused', 'forbidden', id],
    ['cancelJob', 'refused', 'invalid_input', null],
    ['setPriority', 'refused', 'invalid_input', id],
    ['setPriority', 'refused', 'job_not_queued', id],
  ]);
});

test('a read leaves a line only where the table of access refused it', async () => {
  const fake = createFakeAdminPort();
  const [stranger, viewer] = [
    createAdminCaller(fake.contextOf(null)),
    createAdminCaller(fake.contextOf(fake.signIn('vera'))),
  ];
  expect(await refused(stranger.listJobs({}))).toBe('unauthenticated');
  expect(await refused(viewer.listAudit({}))).toBe('forbidden');
  expect(await refused(viewer.getJob({ id: 'x' }))).toBe('invalid_input');
  expect(await refused(viewer.getJob({ id: crypto.randomUUID() }))).toBe('job_not_found');
  expect(await refused(viewer.listHosts())).toBe('done');
  expect(linesOf(fake)).toEqual([
    ['listJobs', 'refused', 'unauthenticated', null],
    ['listAudit', 'refused', 'forbidden', null],
  ]);
});

test('a wrong password is recorded once, by the act itself', async () => {
  const fake = createFakeAdminPort();
  expect(
    await refused(
      createAdminCaller(fake.contextOf(null)).login({ username: 'sam', password: 'wrong' }),
    ),
  ).toBe('wrong_credentials');
  expect(linesOf(fake)).toEqual([['login', 'refused', 'wrong_credentials', null]]);
});

test('a failure of ours is no refusal: no line', async () => {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const call = createAdminCaller(fake.contextOf(fake.signIn('ada')));
  fake.failNext('cancelJob', new Error('connection lost'));
  expect(await refused(call.cancelJob({ id }))).toBe('internal');
  fake.failNext('cancelJob', refuse('unavailable'));
  expect(await refused(call.cancelJob({ id }))).toBe('unavailable');
  expect(fake.audit).toEqual([]);
});

test('a sign-in hands out the cookie, a sign-out takes it back; a channel without cookies does without', async () => {
  const fake = createFakeAdminPort();
  const cookies: (string | null)[] = [];
  const cookie = {
    set: async (id: string) => void cookies.push(id),
    clear: async () => void cookies.push(null),
  };
  const call = createAdminCaller(fake.contextOf(null, {}, cookie));
  expect(await call.login({ username: 'sam', password: FAKE_PASSWORD })).toEqual({
    user: { name: 'sam', role: 'submitter' },
  });
  expect(await call.logout()).toEqual({ success: true });
  expect(cookies).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), null]);
  const bare = createAdminCaller(fake.contextOf(null));
  expect(await bare.login({ username: 'sam', password: FAKE_PASSWORD })).toEqual({
    user: { name: 'sam', role: 'submitter' },
  });
  expect(await bare.logout()).toEqual({ success: true });
});

test('who asks is looked up at every call: a revoked session is out at once', async () => {
  const fake = createFakeAdminPort();
  const call = createAdminCaller(fake.contextOf(fake.signIn('ada')));
  expect((await call.me()).user.name).toBe('ada');
  await call.logout();
  expect(await refused(call.me())).toBe('unauthenticated');
});

test('the server is told of each act that may have left an audit line, and whether it was done', async () => {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const told: [string, boolean][] = [];
  const as = (name: 'vera' | 'ada') =>
    createAdminCaller({
      ...fake.contextOf(fake.signIn(name)),
      afterAudited: (action, isDone) => void told.push([action, isDone]),
    });
  await as('ada').setPriority({ id, priority: 60 });
  await as('vera').listHosts();
  expect(await refused(as('vera').getJob({ id: 'x' }))).toBe('invalid_input');
  expect(await refused(as('vera').cancelJob({ id }))).toBe('forbidden');
  expect(await refused(as('vera').listAudit({}))).toBe('forbidden');
  fake.failNext('cancelJob', new Error('a bug'));
  expect(await refused(as('ada').cancelJob({ id }))).toBe('internal');
  expect(told).toEqual([
    ['setPriority', true],
    ['cancelJob', false],
    ['listAudit', false],
    ['cancelJob', false],
  ]);
});

test('an error that only the server knows is told as what the server says it means', async () => {
  const fake = createFakeAdminPort();
  const call = createAdminCaller({
    ...fake.contextOf(fake.signIn('ada')),
    translateError: () => refuse('unavailable'),
  });
  fake.failNext('listHosts', new Error('connection lost'));
  expect(await refused(call.listHosts())).toBe('unavailable');
});

/** Over HTTP, as a client sees it. */
async function ask(
  fake: FakeAdminPort,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string; error: z.infer<typeof shape>['error'] }> {
  const credential = fake.signIn('ada');
  const req = new Request(`http://localhost/trpc/${path}`, {
    headers: { 'content-type': 'application/json' },
    ...init,
  });
  const response = await fetchRequestHandler({
    endpoint: '/trpc',
    req,
    router: adminRouter,
    createContext: () => fake.contextOf(credential),
  });
  const text = await response.text();
  return { status: response.status, text, ...shape.parse(JSON.parse(text)) };
}
const problem = z.object({
  code: z.string(),
  status: z.number(),
  detail: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
const shape = z.object({
  error: z.object({
    message: z.string(),
    data: z.looseObject({ httpStatus: z.number(), problem }),
  }),
});
const input = (value: unknown) => `?input=${encodeURIComponent(JSON.stringify(value))}`;

test('a client reads the problem in data.problem, its sentence as the message, and the status of the answer', async () => {
  const id = crypto.randomUUID();
  const { status, error } = await ask(createFakeAdminPort(), `getJob${input({ id })}`);
  expect(status).toBe(404);
  expect(error).toMatchObject({
    message: `No job has the id ${id}; look it up in the list of jobs.`,
    data: { httpStatus: 404, problem: { code: 'job_not_found', status: 404, facts: { id } } },
  });
});

test('broken JSON for a write leaves its line too', async () => {
  const fake = createFakeAdminPort();
  await ask(fake, 'cancelJob', { method: 'POST', body: '{' });
  expect(linesOf(fake)).toEqual([['cancelJob', 'refused', 'invalid_json', null]]);
});

test('a bad input names every field that is wrong, the first in the sentence', async () => {
  const { status, error } = await ask(
    createFakeAdminPort(),
    `previewPriority${input({ id: 'x', priority: 101 })}`,
  );
  expect(status).toBe(400);
  expect(error.data.problem).toMatchObject({
    code: 'invalid_input',
    detail: 'id: A job id is a UUID such as 3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59.',
    facts: {
      fields: [
        { field: 'id' },
        {
          field: 'priority',
          message: 'A priority is a whole number from 0 to 100; larger runs first.',
        },
      ],
    },
  });
});

test('a bug, or an answer that does not fit, is told as its request id alone: no message, no stack', async () => {
  const fake = createFakeAdminPort();
  fake.failNext('listHosts', new Error('select secret from users'));
  const bug = await ask(fake, 'listHosts');
  const [host] = fake.farm.hosts;
  if (host !== undefined) host.slots = 1.5;
  const misfit = await ask(fake, 'listHosts');
  for (const { status, error, text } of [bug, misfit]) {
    expect(status).toBe(500);
    expect(error.data.problem).toEqual({
      code: 'internal',
      status: 500,
      detail: 'Renderdeck failed; the log has this request id.',
      facts: { requestId: 'req-1' },
    });
    expect(text).not.toMatch(/select|stack|slots|[.]ts/);
  }
});

test.each([
  ['an unknown procedure', 'dance', {}, 404, 'not_found'],
  ['the wrong method', 'listHosts', { method: 'POST', body: '{}' }, 405, 'method_not_allowed'],
  ['broken JSON', 'login', { method: 'POST', body: '{' }, 400, 'invalid_json'],
  ['an input that is no object', `getJob${input('x')}`, {}, 400, 'invalid_input'],
  [
    'a body of another type',
    'login',
    { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } },
    415,
    'unsupported_media_type',
  ],
] as const)('%s has its status, code and sentence', async (_what, path, init, status, code) => {
  const answer = await ask(createFakeAdminPort(), path, init);
  expect(answer.status).toBe(status);
  expect(answer.error.data.problem).toMatchObject({
    code,
    status,
    detail: expect.stringMatching(/^[A-Z].*[.]$/),
  });
});
