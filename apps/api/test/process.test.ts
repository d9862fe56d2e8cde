/* The API as a process: how it starts, what it says when it cannot, how it ends, and what never leaves it. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { verifyAudit } from '@renderdeck/operations';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startApi } from '../testing/start-api.ts';
import { NEXRENDER_JOB, openFarm, PASSWORD, SECRET, type TestFarm } from './serve-api.ts';

let farm: TestFarm;
beforeAll(async () => {
  farm = await openFarm();
});
afterAll(() => farm.close());

test.each([
  [
    'settings that do not fit',
    { DATABASE_URL: '', PORT: 'x' },
    'DATABASE_URL is a postgres:// URL. PORT is a port number.',
  ],
  [
    'a database that is not migrated',
    { DATABASE_URL: process.env.RENDERDECK_TEST_POSTGRES ?? '' },
    'run `npx -y pnpm@10.34.9 migrate`',
  ],
  [
    'a database that does not answer',
    { DATABASE_URL: 'postgres://renderdeck:x@127.0.0.1:9/renderdeck' },
    'The database does not answer: ',
  ],
])('%s: code 1 and the sentence', async (_what, env, sentence) => {
  const api = await startApi(env);
  expect(await api.exited).toEqual({ code: 1, signal: null });
  expect(api.said()).toMatch(/^renderdeck api: [^\n]*\n$/);
  expect(api.said()).toContain(sentence);
});

test('a user who may do too little: code 1, what is lacking, and the grant that helps', async () => {
  const url = await farm.database.urlAs('renderdeck_worker');
  const expectRefusal = async (lacks: string) => {
    const api = await startApi({ DATABASE_URL: url, RENDERDECK_ADMIN_PASSWORD: PASSWORD });
    expect(await api.exited).toEqual({ code: 1, signal: null });
    expect(api.said()).toMatch(
      /^renderdeck api: The database lets [^\n]* do too little [^\n]*have "GRANT renderdeck_api TO [^\n]*\n$/,
    );
    expect(api.said()).toContain(lacks);
  };
  await expectRefusal('select on users');
  await farm.sql`REVOKE renderdeck_worker FROM ${farm.sql(new URL(url).username)}`;
  await expectRefusal('usage on schema drizzle');
});

test('a port that is taken: code 1, which port, and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const api = await startApi({
    DATABASE_URL: farm.database.url,
    PORT: port,
    RENDERDECK_LOG_LEVEL: 'silent',
  });
  expect(await api.exited).toEqual({ code: 1, signal: null });
  expect(api.said()).toBe(
    `renderdeck api: Port ${port} on 127.0.0.1 is taken; stop what uses it, or set PORT to another.\n`,
  );
  other.close();
});

test('the first admin is made once, where nobody can sign in', async () => {
  const empty = await openFarm();
  await empty.sql`TRUNCATE users CASCADE`;
  const env = {
    DATABASE_URL: empty.database.url,
    RENDERDECK_ADMIN_USER: 'root',
    RENDERDECK_ADMIN_PASSWORD: PASSWORD,
  };
  const first = await startApi(env);
  expect(first.madeAdmin).toBe('root');
  expect(await first.end()).toEqual({ code: 0, signal: null });
  const second = await startApi({ ...env, RENDERDECK_ADMIN_PASSWORD: 'quite another password' });
  expect(second.madeAdmin).toBeNull();
  const signIn = (password: string) =>
    fetch(`${second.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'root', password }),
    });
  expect([
    (await signIn(PASSWORD)).status,
    (await signIn('quite another password')).status,
  ]).toEqual([200, 401]);
  expect(await second.end('SIGINT')).toEqual({ code: 0, signal: null });
  await empty.close();
});

test('keys rotate by two variables: with the old one cookies of before still open, without it they are nobody’s, and new ones open all the while', async () => {
  const before = await (await farm.serve()).signIn('vera');
  const statusOf = async (url: string, { cookie }: { cookie: string }) =>
    (await fetch(`${url}/api/jobs`, { headers: { cookie } })).status;
  const newer = {
    DATABASE_URL: farm.database.url,
    RENDERDECK_SESSION_SECRET: 'a newer, one key although it has a comma',
    RENDERDECK_LOG_LEVEL: 'silent',
  };
  const rotating = await startApi({ ...newer, RENDERDECK_OLD_SESSION_SECRET: SECRET });
  expect(await statusOf(rotating.url, before)).toBe(200);
  const signedIn = await fetch(`${rotating.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'vera', password: PASSWORD }),
  });
  const fresh = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  expect(await statusOf(rotating.url, fresh)).toBe(200);
  await rotating.end();
  const rotated = await startApi(newer);
  expect([await statusOf(rotated.url, before), await statusOf(rotated.url, fresh)]).toEqual([
    401, 200,
  ]);
  await rotated.end();
});

test('kill -9 takes no refusal along that is a second old: another process writes the count', async () => {
  const own = await openFarm();
  const api = await startApi({ DATABASE_URL: own.database.url, RENDERDECK_LOG_LEVEL: 'silent' });
  await expect
    .poll(
      async () =>
        (await own.sql`SELECT extract(second FROM clock_timestamp()) < 50 AS early`)[0]?.early,
      { timeout: 15_000 },
    )
    .toBe(true);
  for (let count = 0; count < 30; count += 1)
    await fetch(`${api.url}/api/jobs`, { method: 'POST' });
  const counted = async () =>
    (await own.sql`SELECT more FROM refusal_counts WHERE actor_kind = 'stranger'`)[0]?.more;
  await expect.poll(counted).toEqual({ submitJob: 29 });
  expect(await api.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  await own.sql`UPDATE refusal_counts SET minute = minute - interval '1 minute'`;
  await own.serve();
  const lines = async () =>
    (
      await own.sql`SELECT action, after FROM audit_log WHERE actor_kind = 'stranger' AND outcome = 'refused' ORDER BY id`
    ).map(({ action, after }) => [action, after]);
  await expect.poll(lines, { timeout: 10_000 }).toEqual([
    ['submitJob', null],
    ['countRefusals', { since: expect.any(String), submitJob: 29 }],
  ]);
  await own.close();
});

test('SIGTERM: a cancel that waits is answered with what is known, sockets are sent elsewhere, code 0, and no connection is left', async () => {
  const api = await startApi({ DATABASE_URL: farm.database.url });
  const authorization = `Bearer ${farm.secretOf('ada')}`;
  const { job } = await farm.submit('Runs', 100);
  await farm.worker.claim();
  const page = new WebSocket(`${api.url.replace('http', 'ws')}/trpc`, {
    headers: { authorization },
  });
  const plain = new WebSocket(`${api.url.replace('http', 'ws')}/api/events`, {
    headers: { authorization },
  });
  await Promise.all([once(page, 'open'), once(plain, 'message')]);
  const waiting = fetch(`${api.url}/api/jobs/${job.id}?waitMs=60000`, {
    method: 'DELETE',
    headers: { authorization },
  }).then(async (answer) => ({ status: answer.status, body: await answer.json() }));
  await expect
    .poll(async () => (await farm.sql`SELECT status FROM jobs WHERE id = ${job.id}`)[0]?.status)
    .toBe('CANCELLING');

  const frames: string[] = [];
  plain.on('message', (data) => frames.push(String(data)));
  const told = once(page, 'message');
  const [pageClosed, plainClosed] = [once(page, 'close'), once(plain, 'close')];
  const startedAt = performance.now();
  const ended = api.end();
  expect(JSON.parse(String((await told)[0]))).toEqual({ id: null, method: 'reconnect' });
  await Promise.all([pageClosed, plainClosed]);
  expect(frames.filter((frame) => !frame.startsWith('{"type":'))).toEqual([]); // what tRPC says is for the page alone
  expect(await waiting).toMatchObject({
    status: 202,
    body: { receipt: { outcome: 'cancelling', host: 'render-01' } },
  });
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(4000);
  await expect
    .poll(
      async () =>
        (
          await farm.sql`SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'renderdeck api%'`
        )[0]?.n,
    )
    .toBe(0);
  await farm.worker.acknowledge(job.id);
});

test('SIGTERM where a long audit log has no seals as yet: code 0 in time, what was sealed holds, the rest is left to the next process', async () => {
  const long = await openFarm();
  await long.sql`
    insert into audit_log (actor_kind, actor, channel, action, outcome) select 'user', 'ada', 'rest', 'login', 'done' from generate_series(1, 60000)`;
  const api = await startApi({
    DATABASE_URL: await long.database.urlAs('renderdeck_api'),
    RENDERDECK_LOG_LEVEL: 'error',
  });
  // Nobody seals as yet: the first look comes after seconds.
  const sealed = async () =>
    (await long.sql`select count(*)::int as count from audit_seals`)[0]?.count;
  const startedAt = performance.now();
  expect(await api.end()).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(3000);
  expect(await sealed()).toBeGreaterThan(0);
  expect(await sealed()).toBeLessThan(60_000);
  expect(await verifyAudit(long, { anchor: null })).toMatchObject({ broken: null });
  await long.close();
});

test('secrets of a submitted job, passwords and tokens are in no answer, no log line and no audit line; the host that renders gets them', async () => {
  const api = await startApi({ DATABASE_URL: farm.database.url, RENDERDECK_LOG_LEVEL: 'trace' });
  const authorization = `Bearer ${farm.secretOf('ada')}`;
  const answers: string[] = [];
  const ask = async (method: string, path: string, body?: unknown) => {
    const headers = {
      authorization,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const answer = await fetch(`${api.url}${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    answers.push(await answer.text(), JSON.stringify([...answer.headers]));
    return answer.status;
  };
  const events = new WebSocket(`${api.url.replace('http', 'ws')}/api/events`, {
    headers: { authorization },
  });
  events.on('message', (data) => answers.push(String(data)));
  await once(events, 'message');

  const secret = 'hunter2-of-this-test';
  const job = {
    ...NEXRENDER_JOB,
    template: {
      ...NEXRENDER_JOB.template,
      src: `https://user:${secret}@files.example/a.aep?X-Amz-Signature=${secret}`,
    },
    assets: [
      {
        type: 'image',
        layerName: 'logo',
        src: 'https://x.example/a.png',
        params: { headers: { authorization: secret } },
      },
    ],
    actions: {
      postrender: [
        {
          module: '@nexrender/action-copy',
          output: 'a.avi',
          password: secret,
          credentials: { accessKeyId: secret },
        },
      ],
    },
  };
  expect(await ask('POST', '/api/jobs', { job, priority: 100 })).toBe(201);
  expect(await ask('POST', '/trpc/submitJob', { job, priority: 99 })).toBe(200);
  expect(await ask('POST', '/api/jobs', { job: { ...job, uid: `../${secret}` } })).toBe(400);
  expect(await ask('POST', '/api/session', { username: 'ada', password: secret })).toBe(401);
  expect(await ask('POST', '/api/session', { username: 'ada', password: PASSWORD })).toBe(200);
  expect(await ask('GET', '/api/jobs')).toBe(200);
  const claimed = await farm.worker.claim();
  expect(claimed.nexrenderJob).toEqual(job);
  await farm.worker.fail(claimed.jobId, 'it failed');
  expect(
    await ask(
      'GET',
      `/trpc/getJob?input=${encodeURIComponent(JSON.stringify({ id: claimed.jobId }))}`,
    ),
  ).toBe(200);
  expect(await ask('GET', '/api/audit?limit=500')).toBe(200);
  await expect.poll(() => answers.some((text) => text.includes('it failed'))).toBe(true);
  events.close();
  await once(events, 'close');
  expect(await api.end()).toEqual({ code: 0, signal: null });

  expect(api.said()).toContain('"url":"/api/jobs"');
  expect(answers.join('\n')).toContain('•••');
  const audit = JSON.stringify(await farm.sql`SELECT * FROM audit_log`);
  for (const [where, text] of Object.entries({
    answers: answers.join('\n'),
    log: api.said(),
    audit,
  })) {
    for (const hidden of [secret, PASSWORD, farm.secretOf('ada')])
      expect([where, text.includes(hidden)]).toEqual([where, false]);
  }
});
