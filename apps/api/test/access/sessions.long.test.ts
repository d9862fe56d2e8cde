/*
 * A session or token that ends is over at once on every API server, over HTTP and on the streams of
 * open WebSockets.
 */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import {
  apiOfFile,
  farmOfFile,
  type Name,
  type TestApi,
  type Who,
} from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);
const other = apiOfFile(farm);

/** Opens a stream on each server; the promises resolve with how each stream ends. */
async function openStreams(who: Who): Promise<Promise<string>[]> {
  return await Promise.all(
    [api, other].map(async (server) => {
      const { client } = server.trpcSocket(who);
      let end: (code: string) => void = () => {};
      const ended = new Promise<string>((resolve) => {
        end = resolve;
      });
      await new Promise<void>((resolve) => {
        client.onJobChange.subscribe(
          {},
          {
            onData: () => resolve(),
            onError: (error) => end(String(error.data?.problem.code)),
            onComplete: () => end('complete'),
          },
        );
      });
      return [ended];
    }),
  ).then((streams) => streams.flat());
}
const statuses = async (who: Who) =>
  Promise.all(
    [api, other].map(async (server) => (await server.send(who, 'GET', '/api/jobs')).status),
  );
const update = (name: Name, change: object) =>
  api.trpc('ada').updateUser.mutate({ name, ...change });
const sessionOf = async (name: Name) =>
  (
    await farm.sql`
      select s.id from sessions s join users u on u.id = s.user_id
      where u.name = ${name} and revoked_at is null order by s.created_at desc`
  )[0]?.id;

test.each([
  [
    'a new role',
    () => update('sam', { role: 'viewer' }),
    () => update('sam', { role: 'submitter' }),
  ],
  [
    'a new password',
    () => update('sam', { password: 'another long password' }),
    () => update('sam', { password: 'an honest long password' }),
  ],
  [
    'being disabled',
    () => update('sam', { disabled: true }),
    () => update('sam', { disabled: false }),
  ],
  [
    'a revocation',
    async () => api.trpc('ada').revokeSession.mutate({ id: await sessionOf('sam') }),
    async () => {},
  ],
] as const)(
  '%s ends the user’s sessions on both servers, and their open streams',
  async (_what, end, restore) => {
    const session = await api.signIn('sam');
    const streams = await openStreams(session);
    expect(await statuses(session)).toEqual([200, 200]);
    await end();
    expect(await Promise.all(streams)).toEqual(['unauthenticated', 'unauthenticated']);
    expect(await statuses(session)).toEqual([401, 401]);
    await restore();
  },
);

test('signing out on one server ends the streams on both', async () => {
  const session = await api.signIn('sam');
  const streams = await openStreams(session);
  await other.send(session, 'DELETE', '/api/session');
  expect(await Promise.all(streams)).toEqual(['unauthenticated', 'unauthenticated']);
});

test('an open page alone does not keep its session beyond the idle time', async () => {
  const short = await farm.serve({ sessionLife: { maxMs: 3_600_000, idleMs: 1500 } });
  const session = await short.signIn('sam');
  const [onOne, onOther] = await openStreams(session);
  expect([await onOne, await onOther]).toEqual(['unauthenticated', 'unauthenticated']);
  await expect.poll(() => statuses(session), { timeout: 60_000 }).toEqual([401, 401]);
});

test('a session in use ends at its latest time, with its streams, everywhere', async () => {
  const session = await api.signIn('sam');
  const streams = await openStreams(session);
  const id = await sessionOf('sam');
  await farm.sql`
    update sessions set expires_at = clock_timestamp() + interval '1 second' where id = ${id}`;
  let used = 0;
  await expect
    .poll(
      async () => {
        used += 1;
        return await statuses(session);
      },
      { timeout: 60_000 },
    )
    .toEqual([401, 401]);
  expect(used).toBeGreaterThan(1);
  expect(await Promise.all(streams)).toEqual(['unauthenticated', 'unauthenticated']);
});

test('requests keep a session open, a silent stream does not', async () => {
  const session = await api.signIn('sam');
  const streams = await openStreams(session);
  const id = await sessionOf('sam');
  await farm.sql`
    update sessions set last_seen_at = clock_timestamp() - interval '2 minutes' where id = ${id}`;
  const seen = async () =>
    (
      await farm.sql`
        select last_seen_at > clock_timestamp() - interval '1 minute' as fresh
        from sessions where id = ${id}`
    )[0]?.fresh;
  await expect
    .poll(() => api.send(session, 'GET', '/api/jobs').then(seen), { timeout: 60_000 })
    .toBe(true);
  await api.send(session, 'DELETE', '/api/session');
  await Promise.all(streams);
});

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
