/*
 * A refused write over tRPC leaves exactly one audit entry: who, what, why, from which address,
 * under which request id, about which job.
 */
import { once } from 'node:events';
import { ACTIONS, type ProcedureSpec, WRITES, type Write } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PASSWORD, type Who } from '../../testing/open-farm.ts';
import {
  codeOf,
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

type Channel = (who: Who, action: string, input: object) => Promise<Refused>;

const CHANNELS: Readonly<Record<'HTTP' | 'WebSocket', Channel>> = {
  async HTTP(who, action, input) {
    const { headers, body } = await refusals.api.send(
      who,
      'POST',
      `/trpc/${action}`,
      input,
      refusals.fromAddress(),
    );
    return { code: codeOf(JSON.stringify(body)), requestId: headers.get('x-request-id') };
  },
  async WebSocket(who, action, input) {
    const socket = refusals.api.socket(who, '/trpc', refusals.fromAddress());
    await once(socket, 'open');
    const answered = once(socket, 'message');
    socket.send(JSON.stringify({ id: 1, method: 'mutation', params: { path: action, input } }));
    const [data] = await answered;
    socket.terminate();
    return { code: codeOf(String(data)), requestId: null };
  },
};
/** Sign-ins, sign-outs and joins need no session, and have tests of their own. */
const GUARDED = WRITES.filter((action) => ACTIONS[action].role !== 'anyone');
const specs: Readonly<Record<Write, ProcedureSpec>> = PROCEDURES;
const NO_SESSION = '0198a000-0000-7000-8000-000000000001';
/** The example of its body, with the job or the session that it is about. */
const input = (action: Write): object => {
  const body = specs[action].rest?.example.body;
  return { ...(typeof body === 'object' ? body : {}), id: sessionOrJob(action) ?? undefined };
};
const jobOf = (action: Write) =>
  ['cancelJob', 'setPriority', 'resubmitJob'].includes(action) ? refusals.queued : null;
const sessionOrJob = (action: Write) =>
  jobOf(action) ?? (action === 'revokeSession' ? NO_SESSION : null);
const CASES = GUARDED.filter((action) => ACTIONS[action].role !== 'viewer').flatMap((action) => [
  ['HTTP', action] as const,
  ['WebSocket', action] as const,
]);

test.each(GUARDED)('an anonymous %s over HTTP leaves its entry', async (action) => {
  const anonymous = await CHANNELS.HTTP(null, action, input(action));
  expect(anonymous.code).toBe('unauthenticated');
  await refusals.expectEntry({
    channel: 'trpc',
    action,
    code: 'unauthenticated',
    who: null,
    jobId: sessionOrJob(action),
    requestId: anonymous.requestId,
  });
});

test.each(CASES)(
  'over %s, %s by a viewer or with a wrong input leaves its entry',
  async (channel, action) => {
    const ask = CHANNELS[channel];
    const viewer = await ask('vera', action, input(action));
    expect(viewer.code).toBe('forbidden');
    await refusals.expectEntry({
      channel: 'trpc',
      action,
      code: 'forbidden',
      who: 'vera',
      jobId: sessionOrJob(action),
      requestId: viewer.requestId,
    });
    await refusals.skipEntries();
    const bad = await ask('ada', action, {});
    expect(bad.code).toBe('invalid_input');
    await refusals.expectEntry({
      channel: 'trpc',
      action,
      code: 'invalid_input',
      who: 'ada',
      requestId: bad.requestId,
    });
  },
);

type Conflict = readonly [
  action: string,
  code: string,
  input: () => object,
  jobId: () => string | null,
];
const CONFLICTS: readonly Conflict[] = [
  ['cancelJob', 'job_already_ended', () => ({ id: refusals.ended }), () => refusals.ended],
  [
    'setPriority',
    'job_not_queued',
    () => ({ id: refusals.ended, priority: 60 }),
    () => refusals.ended,
  ],
  [
    'setPriority',
    'stale_version',
    () => ({ id: refusals.queued, priority: 60, expectedVersion: 99 }),
    () => refusals.queued,
  ],
  [
    'createUser',
    'name_taken',
    () => ({ name: 'VERA', role: 'viewer', password: PASSWORD }),
    () => null,
  ],
  ['createToken', 'name_taken', () => ({ name: 'ada-BOT', role: 'viewer' }), () => null],
  ['updateWebhook', 'not_found', () => ({ name: 'desk', disabled: true }), () => null],
  [
    'createWebhook',
    'address_refused',
    () => ({ name: 'desk', address: 'http://10.0.0.1/', events: ['failed'] }),
    () => null,
  ],
  ['updateUser', 'last_admin', () => ({ name: 'ada', role: 'viewer' }), () => null],
];
test.each(
  CONFLICTS.flatMap((conflict) => [
    ['HTTP', ...conflict] as const,
    ['WebSocket', ...conflict] as const,
  ]),
)('over %s, a conflict of %s leaves its entry: %s', async (channel, action, code, made, jobId) => {
  const answer = await CHANNELS[channel]('ada', action, made());
  expect(answer.code).toBe(code);
  await refusals.expectEntry({
    channel: 'trpc',
    action,
    code,
    who: 'ada',
    jobId: jobId(),
    requestId: answer.requestId,
  });
});

test.each([
  '/trpc/cancelJob',
  '/trpc/%63ancelJob',
  '/%74rpc/cancelJob',
  '/trpc/me,cancelJob?batch=1',
])('a cross-site call to %s leaves its entry, however its path is written', async (path) => {
  const { status, headers } = await refusals.api.send(
    'ada',
    'POST',
    path,
    {},
    { ...refusals.fromAddress(), origin: 'https://evil.example' },
  );
  expect(status).toBe(403);
  await expect.poll(refusals.countEntries).toBeGreaterThan(0);
  await refusals.expectEntry({
    channel: 'trpc',
    action: 'cancelJob',
    code: 'cross_site',
    who: 'ada',
    requestId: headers.get('x-request-id'),
  });
});

test('no refused write has changed the job, the users or the tokens', async () => {
  await expectNothingChanged(refusals);
});
