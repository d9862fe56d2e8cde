/*
 * A refused write over tRPC or REST leaves exactly one audit entry: who, what, why, from which
 * address, under which request id, about which job.
 */
import { once } from 'node:events';
import { ACTIONS, type ProcedureSpec, WRITES, type Write } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PASSWORD, type Who } from '../../testing/open-farm.ts';
import { expectNothingChanged, openRefusals, type Refusals } from './refusal-entries.ts';

let refusals: Refusals;
beforeAll(async () => {
  refusals = await openRefusals();
});
beforeEach(() => refusals.beginTest());
afterAll(() => refusals.farm.close());

/** What the client got. A WebSocket shows no request id. */
type Refused = { readonly code: string; readonly requestId: string | null };
type Input = { readonly id?: string | undefined; readonly name?: string | undefined };
type Channel = (who: Who, action: Write, input: Input) => Promise<Refused>;

async function sendOverHttp(who: Who, method: string, path: string, body: object) {
  const sent = await refusals.api.send(who, method, path, body, refusals.fromAddress());
  const requestId = sent.headers.get('x-request-id');
  return { code: codeOf(JSON.stringify(sent.body)), requestId };
}
/** The error code in an answer of REST or tRPC, over either transport. */
function codeOf(text: string): string {
  return /"code":"([a-z_]+)"/.exec(text)?.[1] ?? text;
}

const CHANNELS = {
  HTTP: (who, action, input) => sendOverHttp(who, 'POST', `/trpc/${action}`, input),
  async WebSocket(who, action, input) {
    const socket = refusals.api.socket(who, '/trpc', refusals.fromAddress());
    await once(socket, 'open');
    const answered = once(socket, 'message');
    socket.send(JSON.stringify({ id: 1, method: 'mutation', params: { path: action, input } }));
    const [data] = await answered;
    socket.terminate();
    return { code: codeOf(String(data)), requestId: null };
  },
  REST(who, action, { name = WRONG, id = name === WRONG ? WRONG : NO_SESSION, ...body }) {
    const { method = '', path = '' } = specs[action].rest ?? {};
    const place = path.replace(':id', id).replace(':name', name);
    return sendOverHttp(who, method, `/api${place}`, path === place ? { ...body, name } : body);
  },
} satisfies Readonly<Record<string, Channel>>;
type ChannelName = keyof typeof CHANNELS;
const ALL = ['HTTP', 'WebSocket', 'REST'] as const;
const channelOf = (name: ChannelName) => (name === 'REST' ? 'rest' : 'trpc');

/** No id and no name is so long. */
const WRONG = 'x'.repeat(256);
/** Sign-ins, sign-outs and joins need no session, and have tests of their own. */
const GUARDED = WRITES.filter((action) => ACTIONS[action].role !== 'anyone');
const specs: Readonly<Record<Write, ProcedureSpec>> = PROCEDURES;
const NO_SESSION = '0198a000-0000-7000-8000-000000000001';
/** The example of its body, with the job or the session that it is about. */
const input = (action: Write): Input => {
  const body = specs[action].rest?.example.body;
  const id = sessionOrJob(action) ?? undefined;
  return { name: 'ae-03', ...(typeof body === 'object' ? body : {}), id };
};
const OF_JOBS: readonly Write[] = ['cancelJob', 'setPriority', 'resubmitJob', 'setTags'];
const jobOf = (action: Write) => (OF_JOBS.includes(action) ? refusals.queued : null);
const sessionOrJob = (action: Write) =>
  jobOf(action) ?? (action === 'revokeSession' ? NO_SESSION : null);
const CASES = GUARDED.filter((action) => ACTIONS[action].role !== 'viewer').flatMap((action) =>
  ALL.map((channel) => [channel, action] as const),
);

test.each(GUARDED.flatMap((action) => [['HTTP', action] as const, ['REST', action] as const]))(
  'over %s, an anonymous %s leaves its entry',
  async (channel, action) => {
    const anonymous = await CHANNELS[channel](null, action, input(action));
    expect(anonymous.code).toBe('unauthenticated');
    await refusals.expectEntry({
      channel: channelOf(channel),
      action,
      code: 'unauthenticated',
      who: null,
      jobId: sessionOrJob(action),
      requestId: anonymous.requestId,
    });
  },
);

test.each(CASES)(
  'over %s, %s by a viewer or with a wrong input leaves its entry',
  async (channel, action) => {
    const ask: Channel = CHANNELS[channel];
    const viewer = await ask('vera', action, input(action));
    expect(viewer.code).toBe('forbidden');
    await refusals.expectEntry({
      channel: channelOf(channel),
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
      channel: channelOf(channel),
      action,
      code: 'invalid_input',
      who: 'ada',
      requestId: bad.requestId,
    });
  },
);

const UNKNOWN = '0198a000-0000-7000-8000-00000000dead';
const none = () => null;
type Conflict = readonly [
  action: Write,
  code: string,
  input: () => object,
  jobId: () => string | null,
  who?: Who,
];
const OF_HOSTS = [
  'checkHost',
  'releaseHost',
  'drainHost',
  'resumeHost',
  'declareHostGone',
] as const;
const CONFLICTS: readonly Conflict[] = [
  ['cancelJob', 'job_already_ended', () => ({ id: refusals.ended }), () => refusals.ended],
  ['cancelJob', 'job_not_found', () => ({ id: UNKNOWN }), () => UNKNOWN],
  ['resubmitJob', 'not_your_job', () => ({ id: refusals.queued }), () => refusals.queued, 'sam'],
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
  ['createUser', 'name_taken', () => ({ name: 'VERA', role: 'viewer', password: PASSWORD }), none],
  ['createToken', 'name_taken', () => ({ name: 'ada-BOT', role: 'viewer' }), none],
  ['revokeToken', 'not_found', () => ({ name: 'nobody' }), none],
  ['updateWebhook', 'not_found', () => ({ name: 'desk', disabled: true }), none],
  [
    'createWebhook',
    'address_refused',
    () => ({ name: 'desk', address: 'http://10.0.0.1/', events: ['failed'] }),
    none,
  ],
  ['updateUser', 'last_admin', () => ({ name: 'ada', role: 'viewer' }), none],
  ...OF_HOSTS.map((action): Conflict => {
    const of = { name: 'ae-03', confirmName: 'ae-03', reason: 'It burned.' };
    return [action, 'host_not_found', () => ({ ...input(action), ...of }), none];
  }),
];
test.each(
  CONFLICTS.flatMap(([action, code, made, jobId, who = 'ada']) =>
    ALL.map((channel) => [channel, action, code, made, jobId, who] as const),
  ),
)(
  'over %s, a conflict of %s leaves its entry: %s',
  async (channel, action, code, made, jobId, who) => {
    const answer = await CHANNELS[channel](who, action, made());
    expect(answer.code).toBe(code);
    await refusals.expectEntry({
      channel: channelOf(channel),
      action,
      code,
      who,
      jobId: jobId(),
      requestId: answer.requestId,
    });
  },
);

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
