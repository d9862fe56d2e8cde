/*
 * A refused write over REST leaves exactly one audit entry: who, what, why, from which address,
 * under which request id, about which job.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { NEXRENDER_JOB, PASSWORD, type Who } from '../../testing/open-farm.ts';
import {
  expectNothingChanged,
  openRefusals,
  type Refusals,
  type Refused,
} from './refusal-entries.ts';

let refusals: Refusals;
beforeAll(async () => {
  refusals = await openRefusals();
});
beforeEach(() => refusals.beginTest());
afterAll(() => refusals.farm.close());

const sendWrite = async (
  who: Who,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Refused> => {
  const answer = await refusals.api.send(who, method, path, body, {
    ...refusals.fromAddress(),
    ...headers,
  });
  return {
    code: /"code":"([a-z_]+)"/.exec(JSON.stringify(answer.body))?.[1] ?? '',
    requestId: answer.headers.get('x-request-id'),
  };
};

const GONE_URL = '/api/hosts/ae-03/gone';
const GONE = { confirmName: 'ae-03', reason: 'The machine burned.' };
const CHECK_URL = '/api/hosts/ae-03/check';
const DRAIN_URL = '/api/hosts/ae-03/drain';
const RESUME_URL = '/api/hosts/ae-03/resume';
const NO_HOST_URL = `/api/hosts/${'x'.repeat(256)}/resume`;
const RELEASE_URL = '/api/hosts/ae-03/release';
const RELEASE = { reason: 'The machine was replaced.' };
const NEW_USER = { name: 'new', role: 'admin', password: PASSWORD };
const NEW_TOKEN = { name: 'new', role: 'admin' };
const missing = '0198a000-0000-7000-8000-00000000dead';
test.each<
  [
    string,
    string,
    string,
    Who,
    () => [string, string, object?, Record<string, string>?],
    (() => string)?,
  ]
>([
  [
    'POST',
    'submitJob',
    'unauthenticated',
    null,
    () => ['POST', '/api/jobs', { job: NEXRENDER_JOB }],
  ],
  ['POST', 'submitJob', 'forbidden', 'vera', () => ['POST', '/api/jobs', { job: NEXRENDER_JOB }]],
  ['POST', 'submitJob', 'invalid_input', 'sam', () => ['POST', '/api/jobs', {}]],
  [
    'POST',
    'resubmitJob',
    'unauthenticated',
    null,
    () => ['POST', `/api/jobs/${refusals.queued}/resubmit`],
    () => refusals.queued,
  ],
  [
    'POST',
    'resubmitJob',
    'not_your_job',
    'sam',
    () => ['POST', `/api/jobs/${refusals.queued}/resubmit`],
    () => refusals.queued,
  ],
  [
    'DELETE',
    'cancelJob',
    'unauthenticated',
    null,
    () => ['DELETE', `/api/jobs/${refusals.queued}`],
    () => refusals.queued,
  ],
  [
    'DELETE',
    'cancelJob',
    'forbidden',
    'sam',
    () => ['DELETE', `/api/jobs/${refusals.queued}`],
    () => refusals.queued,
  ],
  ['DELETE', 'cancelJob', 'invalid_input', 'ada', () => ['DELETE', '/api/jobs/job-1']],
  [
    'DELETE',
    'cancelJob',
    'job_not_found',
    'ada',
    () => ['DELETE', `/api/jobs/${missing}`],
    () => missing,
  ],
  [
    'DELETE',
    'cancelJob',
    'job_already_ended',
    'ada',
    () => ['DELETE', `/api/jobs/${refusals.ended}`],
    () => refusals.ended,
  ],
  [
    'PATCH',
    'setPriority',
    'unauthenticated',
    null,
    () => ['PATCH', `/api/jobs/${refusals.queued}/priority`, { priority: 60 }],
    () => refusals.queued,
  ],
  [
    'PATCH',
    'setPriority',
    'forbidden',
    'sam',
    () => ['PATCH', `/api/jobs/${refusals.queued}/priority`, { priority: 60 }],
    () => refusals.queued,
  ],
  [
    'PATCH',
    'setPriority',
    'invalid_input',
    'ada',
    () => ['PATCH', `/api/jobs/${refusals.queued}/priority`, { priority: 1000 }],
    () => refusals.queued,
  ],
  [
    'PATCH',
    'setPriority',
    'job_not_queued',
    'ada',
    () => ['PATCH', `/api/jobs/${refusals.ended}/priority`, { priority: 60 }],
    () => refusals.ended,
  ],
  [
    'PATCH',
    'setPriority',
    'stale_version',
    'ada',
    () => [
      'PATCH',
      `/api/jobs/${refusals.queued}/priority`,
      { priority: 60 },
      { 'if-match': '"99"' },
    ],
    () => refusals.queued,
  ],
  ['POST', 'declareHostGone', 'unauthenticated', null, () => ['POST', GONE_URL, GONE]],
  ['POST', 'declareHostGone', 'forbidden', 'sam', () => ['POST', GONE_URL, GONE]],
  [
    'POST',
    'declareHostGone',
    'invalid_input',
    'ada',
    () => ['POST', GONE_URL, { ...GONE, confirmName: 'ae-04' }],
  ],
  ['POST', 'declareHostGone', 'host_not_found', 'ada', () => ['POST', GONE_URL, GONE]],
  ['POST', 'checkHost', 'unauthenticated', null, () => ['POST', CHECK_URL, {}]],
  ['POST', 'checkHost', 'forbidden', 'sam', () => ['POST', CHECK_URL, {}]],
  ['POST', 'checkHost', 'invalid_input', 'ada', () => ['POST', CHECK_URL, { waitMs: -1 }]],
  ['POST', 'checkHost', 'host_not_found', 'ada', () => ['POST', CHECK_URL, {}]],
  ['POST', 'releaseHost', 'unauthenticated', null, () => ['POST', RELEASE_URL, RELEASE]],
  ['POST', 'releaseHost', 'forbidden', 'sam', () => ['POST', RELEASE_URL, RELEASE]],
  ['POST', 'releaseHost', 'invalid_input', 'ada', () => ['POST', RELEASE_URL, { reason: ' ' }]],
  ['POST', 'releaseHost', 'host_not_found', 'ada', () => ['POST', RELEASE_URL, RELEASE]],
  ['POST', 'drainHost', 'unauthenticated', null, () => ['POST', DRAIN_URL, {}]],
  ['POST', 'drainHost', 'forbidden', 'sam', () => ['POST', DRAIN_URL, {}]],
  ['POST', 'drainHost', 'invalid_input', 'ada', () => ['POST', DRAIN_URL, { reason: 7 }]],
  ['POST', 'drainHost', 'host_not_found', 'ada', () => ['POST', DRAIN_URL, {}]],
  ['POST', 'resumeHost', 'unauthenticated', null, () => ['POST', RESUME_URL, {}]],
  ['POST', 'resumeHost', 'forbidden', 'sam', () => ['POST', RESUME_URL, {}]],
  ['POST', 'resumeHost', 'invalid_input', 'ada', () => ['POST', NO_HOST_URL, {}]],
  ['POST', 'resumeHost', 'host_not_found', 'ada', () => ['POST', RESUME_URL, {}]],
  ['POST', 'createUser', 'unauthenticated', null, () => ['POST', '/api/users', NEW_USER]],
  ['POST', 'createUser', 'forbidden', 'sam', () => ['POST', '/api/users', NEW_USER]],
  ['POST', 'createUser', 'invalid_input', 'ada', () => ['POST', '/api/users', {}]],
  [
    'PATCH',
    'updateUser',
    'last_admin',
    'ada',
    () => ['PATCH', '/api/users/ada', { role: 'viewer' }],
  ],
  ['POST', 'createToken', 'forbidden', 'sam', () => ['POST', '/api/tokens', NEW_TOKEN]],
  [
    'POST',
    'createToken',
    'name_taken',
    'ada',
    () => ['POST', '/api/tokens', { ...NEW_TOKEN, name: 'ada-BOT' }],
  ],
  ['DELETE', 'revokeToken', 'not_found', 'ada', () => ['DELETE', '/api/tokens/nobody']],
  ['DELETE', 'revokeSession', 'invalid_input', 'ada', () => ['DELETE', '/api/sessions/mine']],
])(
  'over REST, %s (%s) leaves its entry: %s',
  async (_method, action, code, who, request, jobId) => {
    const refused = await sendWrite(who, ...request());
    expect(refused.code).toBe(code);
    await refusals.expectEntry({
      channel: 'rest',
      action,
      code,
      who,
      jobId: jobId?.() ?? null,
      requestId: refused.requestId,
    });
  },
);

test('no refused write has changed the job, the users or the tokens', async () => {
  await expectNothingChanged(refusals);
});
