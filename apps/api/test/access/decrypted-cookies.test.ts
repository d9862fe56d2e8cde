/* A cookie is decrypted once, and counts no longer than it would without the cache. */
import { sealData } from 'iron-session';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { authenticator } from '../../src/authenticate.ts';
import { rememberCookies } from '../../src/decrypted-cookies.ts';
import { openFarm, SECRET, type TestApi, type TestFarm } from '../../testing/open-farm.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
});
afterEach(() => vi.useRealTimers());
afterAll(() => farm.close());

const ANONYMOUS = { actor: { kind: 'anonymous', name: 'unknown' }, sessionId: null };
const authenticate = (auth: ReturnType<typeof authenticator>, cookie: string) =>
  auth.of(Object.assign(Object.create(null), { headers: { cookie } }), false)();
const sessionOf = async (user: string) => {
  const [row] = await farm.sql`
    SELECT sessions.id FROM sessions JOIN users ON users.id = user_id
    WHERE users.name = ${user} ORDER BY sessions.created_at DESC LIMIT 1`;
  return String(row?.id);
};

test('a remembered cookie ends when it says so, and one without an end does not', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const cookies = rememberCookies();
  const [short, long] = await Promise.all(
    [60, 0].map((ttl) => sealData({ id: 'one' }, { password: { '1': SECRET }, ttl })),
  );
  for (const cookie of [short, long]) cookies.set(cookie ?? '', 'one');
  expect([cookies.get(short ?? ''), cookies.get(long ?? '')]).toEqual(['one', 'one']);
  vi.setSystemTime(Date.now() + 60_001);
  expect([cookies.get(short ?? ''), cookies.get(long ?? '')]).toEqual([undefined, 'one']);
  cookies.clear();
  expect(cookies.get(long ?? '')).toBeUndefined();
});

test('cookies take a bounded room', () => {
  const cookies = rememberCookies();
  for (let made = 0; made <= 10_000; made += 1) cookies.set(`cookie ${made}`, 'one');
  expect([cookies.get('cookie 0'), cookies.get('cookie 10000')]).toEqual([undefined, 'one']);
});

test('a cookie that expires while it is cached is anonymous, its session still open', async () => {
  await api.signIn('sam');
  const id = await sessionOf('sam');
  vi.useFakeTimers({ toFake: ['Date'] });
  const auth = authenticator(farm.db, [SECRET], () => true);
  const sealed = await sealData({ id }, { password: { '1': SECRET }, ttl: 30 });
  const cookie = `renderdeck_session=${sealed}`;
  expect(await authenticate(auth, cookie)).toMatchObject({ actor: { name: 'sam' } });
  vi.setSystemTime(Date.now() + 600_000);
  expect(await authenticate(auth, cookie)).toEqual(ANONYMOUS);
});

test('an actor is cached for five seconds, also where nobody notifies of an end', async () => {
  const { cookie } = await api.signIn('vera');
  vi.useFakeTimers({ toFake: ['performance'] });
  const auth = authenticator(farm.db, [SECRET], () => true);
  expect(await authenticate(auth, cookie)).toMatchObject({ actor: { name: 'vera' } });
  // By hand, so nobody is notified.
  await farm.sql`DELETE FROM sessions USING users WHERE user_id = users.id AND name = 'vera'`;
  await farm.sql`DELETE FROM users WHERE name = 'vera'`;
  expect(await authenticate(auth, cookie)).toMatchObject({ actor: { name: 'vera' } });
  vi.advanceTimersByTime(5001);
  expect(await authenticate(auth, cookie)).toEqual(ANONYMOUS);
});
