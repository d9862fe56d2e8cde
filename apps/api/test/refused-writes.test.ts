/* Whoever is refused a write, over whichever channel and whatever for, leaves exactly one line: who, what, why, from where, under which id, about which job. */
import { once } from 'node:events';
import { WRITES } from '@renderdeck/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  NEXRENDER_JOB,
  openFarm,
  PASSWORD,
  type TestApi,
  type TestFarm,
  type Who,
} from './serve-api.ts';

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
let farm: TestFarm;
let api: TestApi;
let queued = '';
let ended = '';
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve({ trustProxy: '127.0.0.1' });
  ended = (await farm.submit('Ended', 99)).job.id;
  await farm.worker.claim();
  await farm.worker.complete(ended);
  queued = (await farm.submit()).job.id;
});
afterAll(() => farm.close());
let from = '0';
let address = '';
let asked = 0;
beforeEach(async () => {
  from = String((await farm.sql`select coalesce(max(id), 0)::text as id from audit_log`)[0]?.id);
  // Of one stranger only the first refusal in a minute has a line: each is another.
  asked += 1;
  address = `198.51.${Math.floor(asked / 250)}.${(asked % 250) + 1}`;
});

type Asked = { readonly code: string; readonly requestId: string | null };
type Channel = (who: Who, act: string, input: object) => Promise<Asked>;

/** The code within a tRPC answer, over either transport. */
const codeOf = (text: string) => /"code":"([a-z_]+)","status"/.exec(text)?.[1] ?? text;
const CHANNELS: Readonly<Record<'HTTP' | 'WebSocket', Channel>> = {
  async HTTP(who, act, input) {
    const { headers, body } = await api.send(who, 'POST', `/trpc/${act}`, input, {
      'x-forwarded-for': address,
    });
    return { code: codeOf(JSON.stringify(body)), requestId: headers.get('x-request-id') };
  },
  async WebSocket(who, act, input) {
    const socket = api.socket(who, '/trpc', { 'x-forwarded-for': address });
    await once(socket, 'open');
    const answered = once(socket, 'message');
    socket.send(JSON.stringify({ id: 1, method: 'mutation', params: { path: act, input } }));
    const [data] = await answered;
    socket.terminate();
    return { code: codeOf(String(data)), requestId: null };
  },
};
const rest = async (
  who: Who,
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Asked> => {
  const answer = await api.send(who, method, path, body, {
    'x-forwarded-for': address,
    ...headers,
  });
  return {
    code: codeOf(JSON.stringify(answer.body).replace(/.*("code":"[a-z_]+").*/, '$1,"status"')),
    requestId: answer.headers.get('x-request-id'),
  };
};

/** Exactly one line, and what it says. */
async function expectLine(line: {
  channel: string;
  action: string;
  code: string;
  who: Who;
  jobId?: string | null;
  requestId: string | null;
}) {
  const lines =
    await farm.sql`select actor_kind, actor, channel, address, request_id, action, outcome, code, job_id from audit_log where id > ${from}`;
  expect([...lines]).toEqual([
    {
      actor_kind: line.who === null ? 'stranger' : 'token',
      actor: line.who === null ? 'unknown' : `${String(line.who)}-bot`,
      channel: line.channel,
      address,
      request_id: line.requestId ?? UUID,
      action: line.action,
      outcome: 'refused',
      code: line.code,
      job_id: line.jobId ?? null,
    },
  ]);
}

const GUARDED = WRITES.filter((act) => act !== 'login' && act !== 'logout');
const input = (act: string): object => {
  const inputs: Readonly<Record<string, object>> = {
    submitJob: { job: NEXRENDER_JOB },
    cancelJob: { id: queued },
    setPriority: { id: queued, priority: 60 },
    createUser: { name: 'new', role: 'viewer', password: PASSWORD },
    updateUser: { name: 'vera', role: 'admin' },
    createToken: { name: 'new', role: 'admin' },
    revokeToken: { name: 'ada-bot' },
    revokeSession: { id: '0198a000-0000-7000-8000-000000000001' },
  };
  return inputs[act] ?? {};
};
const jobOf = (act: string) => (act === 'cancelJob' || act === 'setPriority' ? queued : null);
const sessionOrJob = (act: string) =>
  jobOf(act) ?? (act === 'revokeSession' ? '0198a000-0000-7000-8000-000000000001' : null);
const CASES = GUARDED.flatMap((act) => [['HTTP', act] as const, ['WebSocket', act] as const]);

test.each(GUARDED)('%s by nobody over HTTP; over a WebSocket nobody comes so far', async (act) => {
  const stranger = await CHANNELS.HTTP(null, act, input(act));
  expect(stranger.code).toBe('unauthenticated');
  await expectLine({
    channel: 'trpc',
    action: act,
    code: 'unauthenticated',
    who: null,
    jobId: sessionOrJob(act),
    requestId: stranger.requestId,
  });
});

test.each(CASES)(
  'over %s, %s by a viewer, and with an input that does not fit',
  async (channel, act) => {
    const ask = CHANNELS[channel];
    const viewer = await ask('vera', act, input(act));
    expect(viewer.code).toBe('forbidden');
    await expectLine({
      channel: 'trpc',
      action: act,
      code: 'forbidden',
      who: 'vera',
      jobId: sessionOrJob(act),
      requestId: viewer.requestId,
    });
    from = String((await farm.sql`select max(id)::text as id from audit_log`)[0]?.id);
    const bad = await ask('ada', act, {});
    expect(bad.code).toBe('invalid_input');
    await expectLine({
      channel: 'trpc',
      action: act,
      code: 'invalid_input',
      who: 'ada',
      requestId: bad.requestId,
    });
  },
);

type Conflict = readonly [
  act: string,
  code: string,
  input: () => object,
  jobId: () => string | null,
];
const CONFLICTS: readonly Conflict[] = [
  ['cancelJob', 'job_already_ended', () => ({ id: ended }), () => ended],
  ['setPriority', 'job_not_queued', () => ({ id: ended, priority: 60 }), () => ended],
  [
    'setPriority',
    'stale_version',
    () => ({ id: queued, priority: 60, expectedVersion: 99 }),
    () => queued,
  ],
  [
    'createUser',
    'name_taken',
    () => ({ name: 'VERA', role: 'viewer', password: PASSWORD }),
    () => null,
  ],
  ['createToken', 'name_taken', () => ({ name: 'ada-BOT', role: 'viewer' }), () => null],
  ['updateUser', 'last_admin', () => ({ name: 'ada', role: 'viewer' }), () => null],
];
test.each(
  CONFLICTS.flatMap((conflict) => [
    ['HTTP', ...conflict] as const,
    ['WebSocket', ...conflict] as const,
  ]),
)('over %s, %s that meets a conflict: %s', async (channel, act, code, made, jobId) => {
  const asking = await CHANNELS[channel]('ada', act, made());
  expect(asking.code).toBe(code);
  await expectLine({
    channel: 'trpc',
    action: act,
    code,
    who: 'ada',
    jobId: jobId(),
    requestId: asking.requestId,
  });
});

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
    'DELETE',
    'cancelJob',
    'unauthenticated',
    null,
    () => ['DELETE', `/api/jobs/${queued}`],
    () => queued,
  ],
  [
    'DELETE',
    'cancelJob',
    'forbidden',
    'sam',
    () => ['DELETE', `/api/jobs/${queued}`],
    () => queued,
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
    () => ['DELETE', `/api/jobs/${ended}`],
    () => ended,
  ],
  [
    'PATCH',
    'setPriority',
    'unauthenticated',
    null,
    () => ['PATCH', `/api/jobs/${queued}/priority`, { priority: 60 }],
    () => queued,
  ],
  [
    'PATCH',
    'setPriority',
    'forbidden',
    'sam',
    () => ['PATCH', `/api/jobs/${queued}/priority`, { priority: 60 }],
    () => queued,
  ],
  [
    'PATCH',
    'setPriority',
    'invalid_input',
    'ada',
    () => ['PATCH', `/api/jobs/${queued}/priority`, { priority: 1000 }],
    () => queued,
  ],
  [
    'PATCH',
    'setPriority',
    'job_not_queued',
    'ada',
    () => ['PATCH', `/api/jobs/${ended}/priority`, { priority: 60 }],
    () => ended,
  ],
  [
    'PATCH',
    'setPriority',
    'stale_version',
    'ada',
    () => ['PATCH', `/api/jobs/${queued}/priority`, { priority: 60 }, { 'if-match': '"99"' }],
    () => queued,
  ],
])('over REST, %s (%s): %s', async (_method, action, code, who, request, jobId) => {
  const asking = await rest(who, ...request());
  expect(asking.code).toBe(code);
  await expectLine({
    channel: 'rest',
    action,
    code,
    who,
    jobId: jobId?.() ?? null,
    requestId: asking.requestId,
  });
});

test.each([
  '/trpc/cancelJob',
  '/trpc/%63ancelJob',
  '/%74rpc/cancelJob',
  '/trpc/me,cancelJob?batch=1',
])(
  'over tRPC as %s, from another site: a name that is written otherwise is the same procedure',
  async (path) => {
    const { status, headers } = await api.send(
      'ada',
      'POST',
      path,
      {},
      { 'x-forwarded-for': address, origin: 'https://evil.example' },
    );
    expect(status).toBe(403);
    await expect
      .poll(async () => (await farm.sql`select from audit_log where id > ${from}`).length)
      .toBeGreaterThan(0);
    await expectLine({
      channel: 'trpc',
      action: 'cancelJob',
      code: 'cross_site',
      who: 'ada',
      requestId: headers.get('x-request-id'),
    });
  },
);

test('what is refused changes nothing: the job is as it was, and nobody and no token is new', async () => {
  expect([
    ...(await farm.sql`select status, priority, version from jobs where id = ${queued}`),
  ]).toEqual([{ status: 'QUEUED', priority: 50, version: 1 }]);
  const [counts] =
    await farm.sql`select (select count(*)::int from users) as users, (select count(*)::int from api_tokens where revoked_at is null) as tokens`;
  expect(counts).toEqual({ users: 3, tokens: 3 });
});
