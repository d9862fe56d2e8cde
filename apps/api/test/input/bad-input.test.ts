/*
 * A wrong request gets a status, a stable code and a sentence that says what to do. The answer is
 * the same over tRPC and REST, and the database stays as it was.
 */
import { randomUUID } from 'node:crypto';
import { TRPCClientError } from '@trpc/client';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import {
  apiOfFile,
  farmOfFile,
  NEXRENDER_JOB,
  type TestApi,
  type Who,
} from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);
let jobs: Jobs;
let rows: unknown;
beforeAll(async () => {
  const ended = (await farm.submit('Ended', 99)).job.id;
  await farm.worker.claim();
  await farm.worker.complete(ended);
  jobs = { queued: (await farm.submit()).job.id, ended };
});

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

const PRIORITY = 'priority: A priority is a whole number from 0 to 100; larger runs first.';
const UUID = 'id: A job id is a UUID such as 3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59.';
type Jobs = { readonly queued: string; readonly ended: string };
type Call = (api: TestApi, who: Who, jobs: Jobs) => Promise<unknown>;
type BadInput = readonly [
  what: string,
  who: Who,
  status: number,
  code: string,
  sentence: string | RegExp,
  rest: Call,
  trpc: Call,
];

type Of = (jobs: Jobs) => string;
const priority = (of: Of, value: unknown): readonly [Call, Call] => [
  (to, who, jobs) => to.send(who, 'PATCH', `/api/jobs/${of(jobs)}/priority`, { priority: value }),
  (to, who, jobs) =>
    Reflect.apply(to.trpc(who).setPriority.mutate, null, [{ id: of(jobs), priority: value }]),
];
const cancel = (of: Of): readonly [Call, Call] => [
  (to, who, jobs) => to.send(who, 'DELETE', `/api/jobs/${of(jobs)}`),
  (to, who, jobs) => to.trpc(who).cancelJob.mutate({ id: of(jobs) }),
];
const submit = (body: Record<string, unknown>): readonly [Call, Call] => [
  (to, who) => to.send(who, 'POST', '/api/jobs', body),
  (to, who) => Reflect.apply(to.trpc(who).submitJob.mutate, null, [body]),
];
const UNKNOWN = randomUUID();
const malformed: Of = () => 'job-1';
const unknown: Of = () => UNKNOWN;
const ended: Of = (jobs) => jobs.ended;
const queued: Of = (jobs) => jobs.queued;

const invalid = (what: string, who: Who, sentence: string, calls: readonly [Call, Call]) =>
  [what, who, 400, 'invalid_input', sentence, ...calls] as const;
const forbidden = (what: string, who: Who, calls: readonly [Call, Call]) =>
  [what, who, 403, 'forbidden', 'Your role does not allow this; ask an admin.', ...calls] as const;

const NOT_FOUND = `No job has the id ${UNKNOWN}; look it up in the list of jobs.`;
const NO_TEMPLATE =
  'job.template: template is missing; a nexrender job has {template: {src, composition}}.';
const TOO_LARGE = 'The body is larger than this server takes (RENDERDECK_MAX_BODY_MB); send less.';
const NO_SESSION = 'No valid session or token; sign in and try again.';
const OVER = /^The job is COMPLETED since \d{4}-.*; there is nothing to cancel\.$/;
const NOT_QUEUED = /^The job is COMPLETED: it ended at .* only a queued job/;
const LARGE = { ...NEXRENDER_JOB, note: 'x'.repeat(9e6) };
const LEAVES = { ...NEXRENDER_JOB, uid: '../x' };

const BAD_INPUTS: readonly BadInput[] = [
  invalid('a malformed id, to cancel', 'ada', UUID, cancel(malformed)),
  invalid('a malformed id, for a priority', 'ada', UUID, priority(malformed, 60)),
  ['an unknown id, to cancel', 'ada', 404, 'job_not_found', NOT_FOUND, ...cancel(unknown)],
  [
    'an unknown id, for a priority',
    'ada',
    404,
    'job_not_found',
    NOT_FOUND,
    ...priority(unknown, 60),
  ],
  ['an ended job, to cancel', 'ada', 409, 'job_already_ended', OVER, ...cancel(ended)],
  [
    'an ended job, for a priority',
    'ada',
    409,
    'job_not_queued',
    NOT_QUEUED,
    ...priority(ended, 60),
  ],
  invalid('a priority below 0', 'ada', PRIORITY, priority(queued, -1)),
  invalid('a priority above 100', 'ada', PRIORITY, priority(queued, 101)),
  invalid('a priority that is not whole', 'ada', PRIORITY, priority(queued, 1.5)),
  invalid('a priority that is text', 'ada', PRIORITY, priority(queued, '60')),
  invalid('a priority that is null', 'ada', PRIORITY, priority(queued, null)),
  invalid('no priority', 'ada', PRIORITY, priority(queued, undefined)),
  invalid('a job without template', 'sam', NO_TEMPLATE, submit({ job: {} })),
  invalid('no job at all', 'sam', 'job: A nexrender job is an object with a template.', submit({})),
  [
    'a uid that leaves its folder',
    'sam',
    400,
    'job_refused',
    /^uid may/,
    ...submit({ job: LEAVES }),
  ],
  invalid(
    'a submission with a priority out of range',
    'sam',
    PRIORITY,
    submit({ job: NEXRENDER_JOB, priority: 1000 }),
  ),
  ['a body of 9 MB', 'sam', 413, 'body_too_large', TOO_LARGE, ...submit({ job: LARGE })],
  ['no session, to cancel', null, 401, 'unauthenticated', NO_SESSION, ...cancel(queued)],
  [
    'no session, to submit',
    null,
    401,
    'unauthenticated',
    NO_SESSION,
    ...submit({ job: NEXRENDER_JOB }),
  ],
  forbidden('a viewer who submits', 'vera', submit({ job: NEXRENDER_JOB })),
  forbidden('a submitter who cancels', 'sam', cancel(queued)),
  forbidden('a submitter who sets a priority', 'sam', priority(queued, 60)),
];

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
  const change = { priority: 40, expectedVersion: 1 };
  expect(await api.send('ada', 'PATCH', `/api/jobs/${job.id}/priority`, change)).toMatchObject({
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
