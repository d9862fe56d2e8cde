import { LOGIN_LIMITS } from '@renderdeck/domain';
import { pruneLoginCounts } from '@renderdeck/store';
import { beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { LOGIN_HOLD, login, updateUser } from '../../src/index.ts';
import { aFarm, aRequestContext, aUser, PASSWORD } from '../../testing/index.ts';

const farm = aFarm();
let samId: string;
beforeAll(async () => {
  samId = (await aUser(farm, 'sam')).id;
  await aUser(farm, 'eve');
});
beforeEach(async () => {
  await farm.sql`delete from login_attempts`;
  await farm.sql`delete from known_addresses`;
});

type Ask = { readonly username: string; readonly password: string; readonly holdMs?: number };
/** A sign-in that may not be held, so the test sees each wait as a refusal. */
function tryFrom(address: string | null, ask: Ask, fromThisMachine = false) {
  const context = aRequestContext(farm.db);
  const actor = { kind: 'anonymous', name: 'unknown' } as const;
  const requestContext = { ...context.requestContext, actor, address, fromThisMachine };
  return login({ ...context, requestContext }, { holdMs: 0, ...ask });
}
const wrong = (username: string) => ({ username, password: 'wrong' });
const right = (username: string) => ({ username, password: PASSWORD });
const isWrong = (result: Awaited<ReturnType<typeof login>>) =>
  !result.ok && result.rejection.code === 'wrongCredentials';
const waitOf = (result: Awaited<ReturnType<typeof login>>) =>
  !result.ok && result.rejection.code === 'tooManyLogins' ? result.rejection.retryAfterSeconds : 0;
/** Makes so many guesses at the name that new addresses are slowed down as much as possible. */
async function makeManyGuesses(name: string): Promise<void> {
  await tryFrom('203.0.113.1', wrong(name));
  await farm.sql`update login_attempts set count = 1000 where key like 'name %'`;
}
/** Lets this many seconds pass for the counts. */
const passTime = (seconds: number) => farm.sql`
  update login_attempts set next_at = next_at - ${seconds} * interval '1 second'`;
const { address, reserve, mostFirstWaitMs } = LOGIN_LIMITS;

it('wrong passwords from one address do not lock out another address', async () => {
  for (let tries = 0; tries < 20; tries += 1) await tryFrom('192.0.2.1', wrong('sam'));
  expect((await tryFrom('192.0.2.2', right('sam'))).ok).toBe(true);
  expect((await tryFrom(null, right('sam'))).ok).toBe(true);
});

it('an address group may try a few names at once, and then waits', async () => {
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      tryFrom(`2001:db8::${index.toString(16)}`, wrong(`user-${index}`)),
    ),
  );
  expect(results.filter(isWrong)).toHaveLength(address.atOnce);
  const late = await tryFrom('2001:db8::ffff', right('sam'));
  expect(waitOf(late)).toBeGreaterThan(0);
  expect(waitOf(late)).toBeLessThanOrEqual(address.everyMs / 1000);
  expect((await tryFrom('2001:db9::1', right('sam'))).ok).toBe(true);
  await passTime(address.everyMs / 1000);
  expect((await tryFrom('2001:db8::1', right('sam'))).ok).toBe(true);
});

it.each(['sam', 'nobody'])('%s: many guesses slow each new address down, once', async (name) => {
  await makeManyGuesses(name);
  const first = await tryFrom('198.51.100.1', right(name));
  expect(waitOf(first)).toBe(mostFirstWaitMs / 1000);
  await farm.sql`update login_attempts set count = 2000 where key like 'name %'`;
  await passTime(mostFirstWaitMs / 1000);
  const again = await tryFrom('198.51.100.1', right(name));
  expect(name === 'sam' ? again.ok : isWrong(again)).toBe(true);
});

it('an address that the user signed in from is not slowed down by guesses elsewhere', async () => {
  expect((await tryFrom('198.51.100.1', right('sam'))).ok).toBe(true);
  await makeManyGuesses('sam');
  expect((await tryFrom('198.51.100.1', right('SAM'))).ok).toBe(true);
  expect(waitOf(await tryFrom('198.51.100.1', right('eve')))).toBe(0);
});

it('guesses at other names from the same address leave a known name its tries', async () => {
  await tryFrom('198.51.100.1', right('sam'));
  for (let tries = 0; tries < 20; tries += 1) await tryFrom('198.51.100.1', wrong(`user-${tries}`));
  expect(waitOf(await tryFrom('198.51.100.1', right('eve')))).toBeGreaterThan(0);
  for (let tries = 1; tries < reserve.atOnce; tries += 1)
    expect(isWrong(await tryFrom('198.51.100.1', wrong('sam')))).toBe(true);
  expect((await tryFrom('198.51.100.1', right('sam'))).ok).toBe(true);
});

it('this machine is known for each name, and counts apart from requests of a proxy', async () => {
  await makeManyGuesses('sam');
  for (let tries = 0; tries < 20; tries += 1) await tryFrom('127.0.0.1', wrong('eve'));
  expect((await tryFrom('127.0.0.1', right('sam'), true)).ok).toBe(true);
  expect((await tryFrom('127.0.0.1', right('eve'), true)).ok).toBe(true);
  expect([...(await farm.sql`select from known_addresses`)]).toEqual([]);
});

it('an admin who sets a password makes every address unknown; other changes do not', async () => {
  await tryFrom('198.51.100.1', right('sam'));
  await updateUser(farm.admin, { name: 'sam', role: 'submitter' });
  await makeManyGuesses('sam');
  expect((await tryFrom('198.51.100.1', right('sam'))).ok).toBe(true);
  await updateUser(farm.admin, { name: 'sam', password: PASSWORD });
  expect(waitOf(await tryFrom('198.51.100.1', right('sam')))).toBeGreaterThan(0);
});

it('a user has a limited number of known addresses, the latest, for a limited time', async () => {
  for (let index = 0; index <= LOGIN_LIMITS.mostKnown; index += 1)
    await tryFrom(`198.51.100.${index}`, right('sam'));
  const known = async () =>
    (await farm.sql`select address_group as a from known_addresses where user_id = ${samId}`).map(
      ({ a }) => a,
    );
  expect(await known()).toHaveLength(LOGIN_LIMITS.mostKnown);
  expect(await known()).not.toContain('198.51.100.0');
  await farm.sql`update known_addresses set last_at = last_at - ${LOGIN_LIMITS.knownMs} * interval
    '1 millisecond'`;
  await makeManyGuesses('sam');
  expect(waitOf(await tryFrom('198.51.100.9', right('sam')))).toBeGreaterThan(0);
});

it('a successful sign-in gives its try back, and forgets earlier wrong passwords', async () => {
  for (let round = 0; round < 12; round += 1)
    expect((await tryFrom('192.0.2.1', right('sam'))).ok).toBe(true);
  for (let tries = 0; tries < 3; tries += 1) await tryFrom('192.0.2.1', wrong('sam'));
  expect((await tryFrom('192.0.2.1', right('sam'))).ok).toBe(true);
  const left = await farm.sql`select key from login_attempts where count > 0`;
  expect([...left]).toEqual([]);
});

it('successful sign-ins of many people at one address all succeed', async () => {
  const results = await Promise.all(
    Array.from({ length: LOGIN_HOLD.mostOfAddress }, () =>
      tryFrom('192.0.2.1', { ...right('sam'), holdMs: 60_000 }),
    ),
  );
  expect(results.filter(({ ok }) => ok)).toHaveLength(LOGIN_HOLD.mostOfAddress);
});

it('counts end, and only a limited number is kept', async () => {
  for (let index = 0; index < 9; index += 1) await tryFrom(`203.0.113.${index}`, wrong('sam'));
  await pruneLoginCounts(farm.db, 10);
  const left = await farm.sql`select key from login_attempts`;
  expect(left.length).toBeLessThanOrEqual(11);
  await farm.sql`update login_attempts set until = clock_timestamp()`;
  await pruneLoginCounts(farm.db, 10);
  expect([...(await farm.sql`select key from login_attempts`)]).toEqual([]);
  await makeManyGuesses('sam');
  await farm.sql`update login_attempts set until = clock_timestamp()`;
  expect((await tryFrom('198.51.100.1', right('sam'))).ok).toBe(true);
});

it('a sign-in removes the counts that have ended', async () => {
  await tryFrom('203.0.113.1', wrong('sam'));
  await farm.sql`update login_attempts set until = clock_timestamp()`;
  onTestFinished(() => void vi.restoreAllMocks());
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_000);
  expect((await tryFrom('198.51.100.7', right('eve'))).ok).toBe(true);
  expect([
    ...(await farm.sql`select key from login_attempts where until <= clock_timestamp()`),
  ]).toEqual([]);
});

it('a typed name is not stored, only a few bits of its hash', async () => {
  await tryFrom('192.0.2.1', wrong('hunter2-typed-here'));
  expect([
    ...(await farm.sql`select 1 from login_attempts t where t::text like '%hunter2%'`),
  ]).toEqual([]);
});
