/* What is cached of access follows each change at once, on every API server. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { apiOfFile, farmOfFile, PASSWORD, type TestApi } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const servers = [apiOfFile(farm), apiOfFile(farm)] as const;
beforeAll(async () => {
  // The clock stands still, so that nothing in a cache ends by itself.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now());
});
afterAll(async () => {
  vi.restoreAllMocks();
});

const SOON = { interval: 50 };
const adminsAt = (api: TestApi) => async () => (await api.trpc('vera').me.query()).admins;

test('the admins that `me` names follow a new and a disabled one on every server', async () => {
  const [one] = servers;
  for (const api of servers) expect(await adminsAt(api)()).toEqual(['ada']);
  await one?.trpc('ada').createUser.mutate({ name: 'eve', role: 'admin', password: PASSWORD });
  for (const api of servers) await expect.poll(adminsAt(api), SOON).toEqual(['ada', 'eve']);
  await one?.trpc('ada').updateUser.mutate({ name: 'eve', role: 'viewer' });
  for (const api of servers) await expect.poll(adminsAt(api), SOON).toEqual(['ada']);
});

test('`me` tells the end of its own session, and nothing of it once it is revoked', async () => {
  const [one, other] = servers;
  const session = await one?.signIn('sam');
  if (one === undefined || other === undefined || session === undefined) throw new Error('none');
  const { session: told } = await other.trpc(session).me.query();
  const [row] = await farm.sql`
    SELECT last_seen_at + idle_ms * interval '1 ms' AS ends FROM sessions
    ORDER BY created_at DESC LIMIT 1`;
  expect(told).toEqual({ endsAt: new Date(row?.ends).toISOString(), renewable: true });
  const { sessions } = await one.trpc('ada').listSessions.query();
  await one.trpc('ada').revokeSession.mutate({ id: sessions[0]?.id ?? '' });
  const codeOf = async () =>
    await other
      .trpc(session)
      .me.query()
      .then(
        () => null,
        (error: { data?: { problem?: { code: string } } }) => error.data?.problem?.code,
      );
  await expect.poll(codeOf, SOON).toBe('unauthenticated');
});

test('an end that is near is not told from the cache', async () => {
  const [one] = servers;
  const session = await one?.signIn('vera');
  if (one === undefined || session === undefined) throw new Error('none');
  const endIn = async (minutes: number) => {
    const [row] = await farm.sql`
      UPDATE sessions SET expires_at = clock_timestamp() + ${minutes} * interval '1 minute'
      WHERE id = (SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1) RETURNING expires_at`;
    return { endsAt: new Date(row?.expires_at).toISOString(), renewable: false };
  };
  const told = async () => (await one.trpc(session).me.query()).session;
  const first = await endIn(5);
  expect(await told()).toEqual(first);
  const next = await endIn(3);
  expect(await told()).toEqual(next);
});

test('a revocation whose notification is lost counts when the connection is back', async () => {
  const [, other] = servers;
  const session = await other?.signIn('vera');
  if (other === undefined || session === undefined) throw new Error('none');
  const status = async () => (await other.send(session, 'GET', '/api/session')).status;
  expect(await status()).toBe(200);
  // The connections that listen end in the transaction of the change, which notifies nobody.
  await farm.sql.begin(async (tx) => {
    await tx`UPDATE sessions SET revoked_at = now()`;
    await tx`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE '%: listen'`;
  });
  await expect.poll(status, { interval: 5 }).toBe(401);
});
