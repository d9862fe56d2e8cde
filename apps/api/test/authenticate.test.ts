/* Who asks: by cookie or token, on every API server of the database; and a session or token that is over is over at once, on open WebSockets too. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sealData } from 'iron-session';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { authenticator } from '../src/authenticate.ts';
import { openFarm, PASSWORD, SECRET, type TestApi, type TestFarm, type Who } from './serve-api.ts';

const NEWER_SECRET = 'the second secret of these tests, long';
let farm: TestFarm;
let api: TestApi;
let other: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
  other = await farm.serve();
});
afterAll(() => farm.close());

const statusOf = async (of: TestApi, who: Who, headers: Record<string, string> = {}) =>
  (await of.send(who, 'GET', '/api/jobs', undefined, headers)).status;
const seal = async (session: object, password = SECRET) =>
  `renderdeck_session=${await sealData(session, { password: { '1': password } })}`;

test('a cookie is good on every server, until its owner signs out, and then on none', async () => {
  const session = await api.signIn('sam');
  expect([await statusOf(api, session), await statusOf(other, session)]).toEqual([200, 200]);
  expect(await api.trpc(session).me.query()).toMatchObject({
    user: { name: 'sam', role: 'submitter' },
  });
  const { headers } = await other.send(session, 'DELETE', '/api/session');
  expect(headers.get('set-cookie')).toMatch(/^renderdeck_session=; .*Max-Age=0/i);
  expect(await statusOf(other, session)).toBe(401); // at once where it was asked for
  await expect.poll(() => statusOf(api, session)).toBe(401); // with the wake on the others
});

test('what is no session of ours is nobody: forged, cut, of another key, without an id, or percent signs that decode to nothing', async () => {
  const { cookie } = await api.signIn('ada');
  const id = (await farm.sql`SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1`)[0]?.id;
  const bad = [
    'renderdeck_session=',
    'renderdeck_session=%',
    'renderdeck_session=%E0%A4%A',
    'renderdeck_session=Fe26.2*1*forged',
    cookie.slice(0, -5),
    cookie.replace('renderdeck_session', 'session'),
    await seal({ id }, NEWER_SECRET),
    await seal({}),
    await seal({ id: 'x' }),
    await seal({ id: [id] }),
  ];
  for (const forged of bad)
    expect([forged, await statusOf(api, { cookie: forged })]).toEqual([forged, 401]);
  expect(await statusOf(api, { cookie: await seal({ id }) })).toBe(200);
  expect(await statusOf(api, { cookie: `theme=dark; ${cookie}; lang=de` })).toBe(200);
});

test('a session is over when it is over in the database, on every server, and not before: whatever the clocks of the API say', async () => {
  const { cookie } = await api.signIn('sam');
  const [{ id } = { id: '' }] =
    await farm.sql`SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1`;
  const ask = () =>
    authenticator(farm.db, [SECRET], () => false).of(
      Object.assign(Object.create(null), { headers: { cookie } }),
    )();
  for (const days of [-400, 400]) {
    vi.setSystemTime(Date.now() + days * 86_400_000);
    expect(await ask()).toMatchObject({ actor: { name: 'sam' } });
    vi.useRealTimers();
  }
  await farm.sql`UPDATE sessions SET expires_at = now() - interval '1 second' WHERE id = ${id}`;
  expect([await statusOf(other, { cookie }), (await ask()).actor.kind]).toEqual([401, 'stranger']);
});

test('the cookie is for this site’s requests alone, out of reach of scripts, until the session’s end; Secure where a named proxy says https', async () => {
  const signIn = async (of: TestApi, headers: Record<string, string> = {}) =>
    (
      await of.send(null, 'POST', '/api/session', { username: 'vera', password: PASSWORD }, headers)
    ).headers.get('set-cookie') ?? '';
  const attributes = (cookie: string) => cookie.split('; ').slice(1).sort();
  const plain = attributes(await signIn(api));
  const [{ ends } = { ends: new Date(0) }] =
    await farm.sql`SELECT max(expires_at) AS ends FROM sessions`;
  expect(plain).toEqual([`Expires=${ends.toUTCString()}`, 'HttpOnly', 'Path=/', 'SameSite=Strict']);
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'desk.example' };
  const [trusting, doubting] = [
    await farm.serve({ trustProxy: '127.0.0.1' }),
    await farm.serve({ trustProxy: '203.0.113.1' }),
  ];
  expect(attributes(await signIn(trusting, proxied))).toContain('Secure');
  for (const [server, headers] of [
    [trusting, {}],
    [doubting, proxied],
    [api, proxied],
  ] as const)
    expect(attributes(await signIn(server, headers))).not.toContain('Secure');
});

test('who a request comes from is believed of a named proxy only, in the audit log and for the limits', async () => {
  const [trusting, doubting] = [
    await farm.serve({ trustProxy: '127.0.0.1' }),
    await farm.serve({ trustProxy: '203.0.113.1' }),
  ];
  const seenFrom = async (of: TestApi) => {
    await of.send(
      null,
      'POST',
      '/api/session',
      { username: 'vera', password: 'wrong' },
      { 'x-forwarded-for': '198.51.100.77' },
    );
    return (
      await farm.sql`SELECT address FROM audit_log WHERE action = 'login' ORDER BY id DESC LIMIT 1`
    )[0]?.address;
  };
  expect([await seenFrom(trusting), await seenFrom(doubting), await seenFrom(api)]).toEqual([
    '198.51.100.77',
    '127.0.0.1',
    '127.0.0.1',
  ]);
});

test('an unknown user, a wrong password and a disabled user are answered alike, to the letter', async () => {
  await api.trpc('ada').createUser.mutate({ name: 'gone', role: 'viewer', password: PASSWORD });
  await api.trpc('ada').updateUser.mutate({ name: 'gone', disabled: true });
  const answers = [];
  for (const [username, password] of [
    ['nobody', 'wrong'],
    ['vera', 'wrong'],
    ['gone', PASSWORD],
  ] as const) {
    const { status, headers, body } = await api.send(null, 'POST', '/api/session', {
      username,
      password,
    });
    const trpc = await api.send(null, 'POST', '/trpc/login', { username, password });
    const told = JSON.stringify([body, trpc.body]).replaceAll(
      /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
      '',
    );
    answers.push([status, trpc.status, [...headers.keys()].sort().join(' '), told]);
  }
  expect(answers[0]?.slice(0, 2)).toEqual([401, 401]);
  expect(answers).toEqual([answers[0], answers[0], answers[0]]);
});

test('keys rotate: a server with a newer key opens the cookies of the older one and seals with the newer', async () => {
  const old = await api.signIn('sam');
  const rotated = await farm.serve({ sessionSecrets: [NEWER_SECRET, SECRET] });
  expect(await statusOf(rotated, old)).toBe(200);
  const fresh = await rotated.signIn('sam');
  expect(await statusOf(rotated, fresh)).toBe(200);
  expect(await statusOf(api, fresh)).toBe(401);
});

test('a token by Bearer, whatever the case of the word; a wrong, revoked or expired one is nobody', async () => {
  const made = await api
    .trpc('ada')
    .createToken.mutate({ name: 'script', role: 'viewer', expiresInDays: 1 });
  const bearer = (secret: string, word = 'Bearer') => ({ authorization: `${word} ${secret}` });
  expect(made.secret).toMatch(/^rd_/);
  expect(await statusOf(api, null, bearer(made.secret))).toBe(200);
  expect(await statusOf(other, null, bearer(made.secret, 'bearer'))).toBe(200);
  expect(await statusOf(api, null, bearer(`${made.secret}x`))).toBe(401);
  expect(await statusOf(api, null, { authorization: `Basic ${made.secret}` })).toBe(401);
  expect(await statusOf(api, null, bearer(''))).toBe(401);
  expect(JSON.stringify(await farm.sql`SELECT * FROM api_tokens`)).not.toContain(made.secret);

  await api.trpc('ada').revokeToken.mutate({ name: 'script' });
  for (const server of [api, other])
    await expect.poll(() => statusOf(server, null, bearer(made.secret))).toBe(401);

  const short = await api
    .trpc('ada')
    .createToken.mutate({ name: 'short', role: 'viewer', expiresInDays: 1 });
  await farm.sql`UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE name = 'short'`;
  expect(await statusOf(api, null, bearer(short.secret))).toBe(401);
});

test('a new role, a new password or a disabled user ends the user’s sessions on every server at once', async () => {
  await api.trpc('ada').createUser.mutate({ name: 'eve', role: 'viewer', password: PASSWORD });
  for (const change of [
    { role: 'submitter' },
    { password: 'another long password' },
    { disabled: true },
  ] as const) {
    const password = 'password' in change || 'disabled' in change ? undefined : PASSWORD;
    const answer = await api.send(null, 'POST', '/api/session', {
      username: 'eve',
      password: password ?? PASSWORD,
    });
    const retry =
      answer.status === 200
        ? answer
        : await api.send(null, 'POST', '/api/session', {
            username: 'eve',
            password: 'another long password',
          });
    const session = { cookie: retry.headers.get('set-cookie')?.split(';')[0] ?? '' };
    expect(await statusOf(other, session)).toBe(200);
    await api.trpc('ada').updateUser.mutate({ name: 'eve', ...change });
    for (const server of [api, other]) await expect.poll(() => statusOf(server, session)).toBe(401);
  }
  const refused = await api.send(null, 'POST', '/api/session', {
    username: 'eve',
    password: 'another long password',
  });
  expect(refused).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } });
});

test.each([
  ['revoked', (name: string) => api.trpc('ada').revokeToken.mutate({ name })],
  [
    'over',
    (name: string) =>
      farm.sql`UPDATE api_tokens SET expires_at = clock_timestamp() WHERE name = ${name}`,
  ],
] as const)(
  'a token that is %s ends on an open WebSocket of another server too',
  async (name, end) => {
    const { secret } = await api
      .trpc('ada')
      .createToken.mutate({ name, role: 'viewer', expiresInDays: 1 });
    const stream = other.socket(null, '/api/events', { authorization: `Bearer ${secret}` });
    await once(stream, 'message');
    const closed = once(stream, 'close');
    await end(name);
    expect(await closed).toEqual([1008, Buffer.from('unauthenticated')]);
    const used = (await api.trpc('ada').listTokens.query()).tokens.find(
      (token) => token.name === name,
    );
    expect(Date.parse(used?.lastUsedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  },
);

test('a session that an admin revokes ends on an open WebSocket too: the page’s and the plain one’s', async () => {
  const session = await api.signIn('vera');
  const plain = other.socket(session, '/api/events');
  await once(plain, 'message');
  const closed = once(plain, 'close');
  const { client, close } = other.trpcSocket(session);
  const refused = new Promise((resolve) => {
    const subscription = client.onJobChange.subscribe(
      {},
      { onError: (error) => resolve(error.data?.problem), onStopped: () => resolve('stopped') },
    );
    void subscription;
  });
  const { sessions } = await api.trpc('ada').listSessions.query();
  const mine = sessions.find(({ user }) => user === 'vera');
  await api.trpc('ada').revokeSession.mutate({ id: mine?.id ?? '' });
  expect(await closed).toEqual([1008, Buffer.from('unauthenticated')]);
  expect(await refused).toMatchObject({ code: 'unauthenticated', status: 401 });
  await close();
});

test('a stranger opens no stream: 401 before the upgrade', async () => {
  const socket = api.socket(null, '/api/events');
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  expect(response.statusCode).toBe(401);
});

test('what is remembered holds only while wakes are heard, and never grows without end', async () => {
  const session = await api.signIn('sam');
  const [{ id } = { id: '' }] =
    await farm.sql`SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1`;
  let hears = true;
  const auth = authenticator(farm.db, [SECRET], () => hears);
  const ask = (headers: Record<string, string>) =>
    auth.of(Object.assign(Object.create(null), { headers }))();
  const stranger = { actor: { kind: 'stranger', name: 'unknown' }, sessionId: null };
  expect(await ask(session)).toMatchObject({ actor: { kind: 'user', name: 'sam' }, sessionId: id });

  await farm.sql`UPDATE sessions SET revoked_at = now() WHERE id = ${id}`;
  expect(await ask(session)).toMatchObject({ actor: { name: 'sam' } }); // nobody said so: remembered
  hears = false;
  expect(await ask(session)).toEqual(stranger);

  await farm.sql`UPDATE sessions SET revoked_at = null WHERE id = ${id}`;
  expect(await ask(session)).toMatchObject({ actor: { name: 'sam' } });
  hears = true;
  await farm.sql`UPDATE sessions SET revoked_at = now() WHERE id = ${id}`;
  for (let guess = 0; guess <= 10_000; guess += 500) {
    await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        ask({ authorization: `Bearer guess-${guess + index}` }),
      ),
    );
  }
  expect(await ask(session)).toEqual(stranger); // the guesses pushed it out
});

test('a token as long as headers may be is not kept: guesses cost the same memory, whatever their length', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('There is no way to collect garbage.');
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const auth = authenticator(farm.db, [SECRET], () => true);
  const guess = (index: number) =>
    auth.of(
      Object.assign(Object.create(null), {
        headers: { authorization: `Bearer ${randomBytes(7500).toString('hex')}${index}` },
      }),
    )();
  await guess(0);
  const before = heap();
  for (let count = 0; count < 2000; count += 1) await guess(count);
  expect(heap() - before).toBeLessThan(10_000_000);
  auth.invalidate();
});

test('what was looked up while access changed is not remembered', async () => {
  const session = await api.signIn('sam');
  const [{ id } = { id: '' }] =
    await farm.sql`SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1`;
  const auth = authenticator(farm.db, [SECRET], () => true);
  const ask = auth.of(Object.assign(Object.create(null), { headers: session }));
  const asked = await farm.sql.begin(async (tx) => {
    await tx`LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE`;
    const looking = ask();
    await expect
      .poll(
        async () =>
          (
            await tx`SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
          )[0]?.n,
      )
      .toBe(1);
    auth.invalidate();
    return { looking };
  });
  expect(await asked.looking).toMatchObject({ actor: { name: 'sam' } });
  await farm.sql`UPDATE sessions SET revoked_at = now() WHERE id = ${id}`;
  expect(await ask()).toMatchObject({ actor: { kind: 'stranger' } });
});
