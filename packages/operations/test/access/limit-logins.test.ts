import { beforeEach, expect, it } from 'vitest';
import { LOGIN_LIMITS, login } from '../../src/index.ts';
import { aFarm, aRequestContext, aUser, PASSWORD } from '../../testing/index.ts';

const farm = await aFarm();
await aUser(farm, 'sam');
await aUser(farm, 'eve');
beforeEach(async () => {
  await farm.look`delete from login_attempts`;
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
  act: (index: number) => Promise<Result>,
): Promise<Result[]> => {
  const results = [];
  for (let index = 0; index < count; index += 1) results.push(await act(index));
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
  '%s: ten guesses from anywhere are looked at, whatever the case of the name, then none, the right one neither',
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

it('thirty guesses from one address are looked at, at whatever names, then none; another address goes on', async () => {
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

it('an address that is over its limit keeps nobody else out: its guesses count for no name any more', async () => {
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

it('guesses at once are counted one by one: no burst gets more of them looked at', async () => {
  const results = await Promise.all(
    Array.from({ length: 40 }, () =>
      login(from('192.0.2.1'), { username: 'sam', password: 'wrong' }),
    ),
  );
  expect(
    results.filter((result) => !result.ok && result.rejection.code === 'wrongCredentials'),
  ).toHaveLength(LOGIN_LIMITS.perName);
});

it('a good sign-in begins its name anew and takes itself back from its address, and clears no guesses at others', async () => {
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

it('when the window is over it begins anew, and what is over is kept no longer', async () => {
  await times(LOGIN_LIMITS.perName, () =>
    login(from('192.0.2.1'), { username: 'sam', password: 'wrong' }),
  );
  await farm.look`update login_attempts set until = clock_timestamp()`;
  expect(await login(from('192.0.2.2'), { username: 'nobody', password: 'wrong' })).toEqual(WRONG);
  expect(
    (await farm.look`select key from login_attempts order by key`).map(({ key }) => key),
  ).toEqual(['address 192.0.2.2', expect.stringMatching(/^name [0-9a-f]{8}$/)]);
  expect(await login(from('192.0.2.1'), { username: 'sam', password: PASSWORD })).toMatchObject({
    ok: true,
  });
});

it('what was typed as a name is not kept, only a few bits of its hash', async () => {
  await login(from('192.0.2.1'), { username: 'hunter2-typed-here', password: 'x' });
  expect([
    ...(await farm.look`select 1 from login_attempts t where t::text like '%hunter2%'`),
  ]).toEqual([]);
});
