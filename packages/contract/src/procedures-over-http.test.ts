/* Shows what a client of the procedures gets over HTTP. */
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createFakeAdminPort, type FakeAdminPort } from '../testing/fake-admin-port.ts';
import { adminRouter } from './router.ts';

const problem = z.object({
  code: z.string(),
  status: z.number(),
  detail: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
const answerShape = z.object({
  error: z.object({
    message: z.string(),
    data: z.looseObject({ httpStatus: z.number(), problem }),
  }),
});

/** Calls a procedure over HTTP as ada, an admin. */
async function callOverHttp(
  fake: FakeAdminPort,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string; error: z.infer<typeof answerShape>['error'] }> {
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
  return { status: response.status, text, ...answerShape.parse(JSON.parse(text)) };
}

const input = (value: unknown) => `?input=${encodeURIComponent(JSON.stringify(value))}`;

test('the problem is in data.problem, and the message is its sentence', async () => {
  const id = crypto.randomUUID();
  const { status, error } = await callOverHttp(createFakeAdminPort(), `getJob${input({ id })}`);
  expect(status).toBe(404);
  expect(error).toMatchObject({
    message: 'No job has this id; look it up in the list of jobs.',
    data: { httpStatus: 404, problem: { code: 'job_not_found', status: 404, facts: { id } } },
  });
});

test('invalid JSON for a write adds an audit line', async () => {
  const fake = createFakeAdminPort();
  await callOverHttp(fake, 'cancelJob', { method: 'POST', body: '{' });
  expect(fake.audit).toMatchObject([
    { action: 'cancelJob', outcome: 'refused', code: 'invalid_json', jobId: null },
  ]);
});

test('an invalid input names each wrong field, and its sentence the first one', async () => {
  const { status, error } = await callOverHttp(
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

test('the answer to a bug or an invalid output shows only the request id', async () => {
  const fake = createFakeAdminPort();
  fake.failNext('listHosts', new Error('select secret from users'));
  const bug = await callOverHttp(fake, 'listHosts');
  const [host] = fake.farm.hosts;
  if (host !== undefined) host.slots = 1.5;
  const invalidOutput = await callOverHttp(fake, 'listHosts');
  for (const { status, error, text } of [bug, invalidOutput]) {
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
  ['invalid JSON', 'login', { method: 'POST', body: '{' }, 400, 'invalid_json'],
  ['an input that is not an object', `getJob${input('x')}`, {}, 400, 'invalid_input'],
  [
    'a body of another type',
    'login',
    { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } },
    415,
    'unsupported_media_type',
  ],
] as const)('%s gets its status, code and sentence', async (_what, path, init, status, code) => {
  const answer = await callOverHttp(createFakeAdminPort(), path, init);
  expect(answer.status).toBe(status);
  expect(answer.error.data.problem).toMatchObject({
    code,
    status,
    detail: expect.stringMatching(/^[A-Z].*[.]$/),
  });
});
