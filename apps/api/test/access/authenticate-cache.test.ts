/* The cache of sessions and tokens keeps no access that has ended, and no token. */
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authenticator } from '../../src/authenticate.ts';
import { openFarm, SECRET, type TestApi, type TestFarm } from '../../testing/open-farm.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
});
afterAll(() => farm.close());

test('answers are cached only while the listener works', async () => {
  const session = await api.signIn('sam');
  const [{ id } = { id: '' }] =
    await farm.sql`SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1`;
  let listens = true;
  const auth = authenticator(farm.db, [SECRET], () => listens);
  const authenticate = (headers: Record<string, string>) =>
    auth.of(Object.assign(Object.create(null), { headers }), false)();
  const anonymous = { actor: { kind: 'anonymous', name: 'unknown' }, sessionId: null };
  expect(await authenticate(session)).toMatchObject({
    actor: { kind: 'user', name: 'sam' },
    sessionId: id,
  });

  await farm.sql`UPDATE sessions SET revoked_at = now() WHERE id = ${id}`;
  // No notification came, so the cached session still counts.
  expect(await authenticate(session)).toMatchObject({ actor: { name: 'sam' } });
  listens = false;
  expect(await authenticate(session)).toEqual(anonymous);
});

test('the cache keeps no token, so long guesses use little memory', async () => {
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
      false,
    )();
  await guess(0);
  const before = heap();
  for (let count = 0; count < 1000; count += 1) await guess(count);
  expect(heap() - before).toBeLessThan(10_000_000);
  auth.invalidate();
});

test('a session that is read while access changes is not cached', async () => {
  const session = await api.signIn('sam');
  const [{ id } = { id: '' }] =
    await farm.sql`SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1`;
  const auth = authenticator(farm.db, [SECRET], () => true);
  const authenticate = auth.of(Object.assign(Object.create(null), { headers: session }), false);
  const result = await farm.sql.begin(async (tx) => {
    await tx`LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE`;
    const reading = authenticate();
    await expect
      .poll(
        async () =>
          (
            await tx`
              SELECT count(*)::int AS n FROM pg_stat_activity
              WHERE datname = current_database() AND wait_event_type = 'Lock'`
          )[0]?.n,
      )
      .toBe(1);
    auth.invalidate();
    return { reading };
  });
  expect(await result.reading).toMatchObject({ actor: { name: 'sam' } });
  await farm.sql`UPDATE sessions SET revoked_at = now() WHERE id = ${id}`;
  expect(await authenticate()).toMatchObject({ actor: { kind: 'anonymous' } });
});
