/* Wrong inputs, with the answer to each. Every case is sent over REST and over tRPC. */
import { randomUUID } from 'node:crypto';
import { NEXRENDER_JOB, type TestApi, type Who } from '../../testing/open-farm.ts';

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

const priority = (of: (jobs: Jobs) => string, value: unknown): readonly [Call, Call] => [
  (to, who, jobs) => to.send(who, 'PATCH', `/api/jobs/${of(jobs)}/priority`, { priority: value }),
  (to, who, jobs) =>
    Reflect.apply(to.trpc(who).setPriority.mutate, null, [{ id: of(jobs), priority: value }]),
];
const cancel = (of: (jobs: Jobs) => string): readonly [Call, Call] => [
  (to, who, jobs) => to.send(who, 'DELETE', `/api/jobs/${of(jobs)}`),
  (to, who, jobs) => to.trpc(who).cancelJob.mutate({ id: of(jobs) }),
];
const submit = (body: Record<string, unknown>): readonly [Call, Call] => [
  (to, who) => to.send(who, 'POST', '/api/jobs', body),
  (to, who) => Reflect.apply(to.trpc(who).submitJob.mutate, null, [body]),
];
const UNKNOWN = randomUUID();

export const BAD_INPUTS: readonly BadInput[] = [
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
    `No job has the id ${UNKNOWN}; look it up in the list of jobs.`,
    ...cancel(() => UNKNOWN),
  ],
  [
    'an unknown id, for a priority',
    'ada',
    404,
    'job_not_found',
    /list of jobs\.$/,
    ...priority(() => UNKNOWN, 60),
  ],
  [
    'an ended job, to cancel',
    'ada',
    409,
    'job_already_ended',
    /^The job is COMPLETED since \d{4}-.*; there is nothing to cancel\.$/,
    ...cancel(({ ended }) => ended),
  ],
  [
    'an ended job, for a priority',
    'ada',
    409,
    'job_not_queued',
    /^The job is COMPLETED: it ended at .* only a queued job/,
    ...priority(({ ended }) => ended, 60),
  ],
  [
    'a priority below 0',
    'ada',
    400,
    'invalid_input',
    PRIORITY,
    ...priority(({ queued }) => queued, -1),
  ],
  [
    'a priority above 100',
    'ada',
    400,
    'invalid_input',
    PRIORITY,
    ...priority(({ queued }) => queued, 101),
  ],
  [
    'a priority that is not whole',
    'ada',
    400,
    'invalid_input',
    PRIORITY,
    ...priority(({ queued }) => queued, 1.5),
  ],
  [
    'a priority that is text',
    'ada',
    400,
    'invalid_input',
    PRIORITY,
    ...priority(({ queued }) => queued, '60'),
  ],
  [
    'no priority',
    'ada',
    400,
    'invalid_input',
    PRIORITY,
    ...priority(({ queued }) => queued, undefined),
  ],
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
    'a body of 9 MB',
    'sam',
    413,
    'body_too_large',
    'The body is larger than this server takes (RENDERDECK_MAX_BODY_MB); send less.',
    ...submit({ job: { ...NEXRENDER_JOB, note: 'x'.repeat(9e6) } }),
  ],
  [
    'no session, to cancel',
    null,
    401,
    'unauthenticated',
    'No valid session or token; sign in and try again.',
    ...cancel(({ queued }) => queued),
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
  [
    'a submitter who cancels',
    'sam',
    403,
    'forbidden',
    /ask an admin/,
    ...cancel(({ queued }) => queued),
  ],
  [
    'a submitter who sets a priority',
    'sam',
    403,
    'forbidden',
    /ask an admin/,
    ...priority(({ queued }) => queued, 60),
  ],
];
