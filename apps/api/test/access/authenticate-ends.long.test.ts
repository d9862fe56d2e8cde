/* A session or token that ends is over at once on every API server, on open WebSockets too. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  openFarm,
  PASSWORD,
  type TestApi,
  type TestFarm,
  type Who,
} from '../../testing/open-farm.ts';

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

test('a token is valid as Bearer in any case; a wrong or ended one is anonymous', async () => {
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
  await farm.sql`
    UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE name = 'short'`;
  expect(await statusOf(api, null, bearer(short.secret))).toBe(401);
});

test('a changed or disabled user loses all sessions on every server at once', async () => {
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

test('a revoked session ends on open WebSockets, over tRPC and over /api/events', async () => {
  const session = await api.signIn('vera');
  const plain = other.socket(session, '/api/events');
  await once(plain, 'message');
  const closed = once(plain, 'close');
  const { client, close } = other.trpcSocket(session);
  let refuse: (problem: unknown) => void = () => {};
  const refused = new Promise((resolve) => {
    refuse = resolve;
  });
  await new Promise<void>((resolve) => {
    client.onJobChange.subscribe(
      {},
      {
        onData: () => resolve(),
        onError: (error) => refuse(error.data?.problem),
        onStopped: () => refuse('stopped'),
      },
    );
  });
  const { sessions } = await api.trpc('ada').listSessions.query();
  const mine = sessions.find(({ user }) => user === 'vera');
  await api.trpc('ada').revokeSession.mutate({ id: mine?.id ?? '' });
  expect(await closed).toEqual([1008, Buffer.from('unauthenticated')]);
  expect(await refused).toMatchObject({ code: 'unauthenticated', status: 401 });
  await close();
});

test('an anonymous WebSocket gets 401 before the upgrade', async () => {
  const socket = api.socket(null, '/api/events');
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  expect(response.statusCode).toBe(401);
});
