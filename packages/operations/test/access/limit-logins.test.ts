import { beforeEach, expect, it } from 'vitest';
import { LOGIN_LIMITS, login } from '../../src/index.ts';
import { aFarm, aRequestContext, aUser, PASSWORD } from '../../testing/index.ts';

const farm = await aFarm();
await aUser(farm, 'sam');
await aUser(farm, 'eve');
beforeEach(async () => {
  await farm.sql`delete from login_attempts`;
});

const from = (address: string | null) => {
  const context = aRequestContext(farm.db);
  return {
    ...context,
    requestContext: {
      ...context.requestContext,
      actor: { kind: 'stranger', name: 'unknown' },
      address,
    },
  } as const;
};
const times = async <Result>(
  count: number,
  attempt: (index: number) => Promise<Result>,
): Promise<Result[]> => {
  const results = [];
  for (let index = 0; index < count; index += 1) results.push(await attempt(index));
  return results;
};
const WRONG = { ok: false, rejection: { code: 'wrongCredentials' } } as const;
const WINDOW_S = LOGIN_LIMITS.windowMs / 1000;
const waits = (result: Awaited<ReturnType<typeof login>>) => {
  expect(result).toEqual({
    ok: false,
    rejection: { code: 'tooManyLogins', retryAfterSeconds: expect.any(Number) },
  });
  if (result.ok || result.rejection.code !== 'tooManyLogins') throw new Error('not limited');
  const { retryAfterSeconds } = result.rejection;
  expect(retryAfterSeconds).toBeGreaterThan(0);
  expect(retryAfterSeconds).toBeLessThanOrEqual(WINDOW_S);
};

it.each(['sam', 'nobody'])(
  '%s: ten wrong guesses from any address block the name, even for the right password',
  async (name) => {
    expect(
      await times(LOGIN_LIMITS.perName, (index) =>
        login(from(`192.0.2.${index}`), {
          username: index % 2 ? name : name.toUpperCase(),
          password: 'wrong',
        }),
      ),
    ).toEqual(Array.from({ length: LOGIN_LIMITS.perName }, () => WRONG));
    const seen = await farm.trace(() =>
      login(from('198.51.100.1'), { username: name, password: PASSWORD }),
    );
    waits(seen.result);
    expect(seen.audit).toEqual([]);
  },
);

it('thirty guesses block an address for every name; another address is not blocked', async () => {
  const guess = (index: number) =>
    login(from(`2001:db8::${index.toString(16)}`), {
      username: `user-${index}`,
      password: 'wrong',
    });
  expect(await times(LOGIN_LIMITS.perAddress, guess)).toEqual(
    Array.from({ length: LOGIN_LIMITS.perAddress }, () => WRONG),
  );
  waits(await login(from('2001:db8::ffff'), { username: 'sam', password: PASSWORD }));
  expect(await login(from('2001:db9::1'), { username: 'sam', password: PASSWORD })).toMatchObject({
    ok: true,
  });
});

it('an address over its limit blocks nobody else: its guesses count for no name', async () => {
  await times(LOGIN_LIMITS.perAddress, (index) =>
    login(from('192.0.2.1'), { username: `user-${index}`, password: 'wrong' }),
  );
  await times(LOGIN_LIMITS.perName + 1, () =>
    login(from('192.0.2.1'), { username: 'sam', password: 'wrong' }),
  );
  expect(await login(from('198.51.100.1'), { username: 'sam', password: PASSWORD })).toMatchObject({
    ok: true,
  });
});

it('a burst of guesses is counted one by one: no more than the limit are checked', async () => {
  const results = await Promise.all(
    Array.from({ length: 40 }, () =>
      login(from('192.0.2.1'), { username: 'sam', password: 'wrong' }),
    ),
  );
  expect(
    results.filter((result) => !result.ok && result.rejection.code === 'wrongCredentials'),
  ).toHaveLength(LOGIN_LIMITS.perName);
});

it('a good sign-in clears its name and its own count, not the guesses at other names', async () => {
  await times(LOGIN_LIMITS.perName - 1, () =>
    login(from('192.0.2.1'), { username: 'sam', password: 'wrong' }),
  );
  expect(await login(from('192.0.2.1'), { username: 'sam', password: PASSWORD })).toMatchObject({
    ok: true,
  });
  expect(await login(from('192.0.2.1'), { username: 'sam', password: 'wrong' })).toEqual(WRONG);
  await times(LOGIN_LIMITS.perAddress - LOGIN_LIMITS.perName, (index) =>
    login(from('192.0.2.1'), { username: `user-${index}`, password: 'wrong' }),
  );
  waits(await login(from('192.0.2.1'), { username: 'eve', password: PASSWORD }));
  expect(
    await times(3, () => login(from('192.0.2.9'), { username: 'eve', password: PASSWORD })),
  ).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ ok: true })));
});

it('after its window a count starts again, and old counts are deleted', async () => {
  await times(LOGIN_LIMITS.perName, () =>
    login(from('192.0.2.1'), { username: 'sam', password: 'wrong' }),
  );
  await farm.sql`update login_attempts set until = clock_timestamp()`;
  expect(await login(from('192.0.2.2'), { username: 'nobody', password: 'wrong' })).toEqual(WRONG);
  expect(
    (await farm.sql`select key from login_attempts order by key`).map(({ key }) => key),
  ).toEqual(['address 192.0.2.2', expect.stringMatching(/^name [0-9a-f]{8}$/)]);
  expect(await login(from('192.0.2.1'), { username: 'sam', password: PASSWORD })).toMatchObject({
    ok: true,
  });
});

it('a typed name is not stored, only a few bits of its hash', async () => {
  await login(from('192.0.2.1'), { username: 'hunter2-typed-here', password: 'x' });
  expect([
    ...(await farm.sql`select 1 from login_attempts t where t::text like '%hunter2%'`),
  ]).toEqual([]);
});
