import { LOGIN_LIMITS } from '@renderdeck/domain';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { authenticateSession, changePassword, login, updateUser } from '../../src/index.ts';
import {
  aFarm,
  aRequestContext,
  aSession,
  aUser,
  expectAudit,
  PASSWORD,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
let id: string;
beforeAll(async () => {
  ({ id } = await aUser(farm, 'sam'));
});
const NEXT = 'a new and long one';
const context = (kind: 'user' | 'token' = 'user') => {
  const { requestContext, ...rest } = aRequestContext(farm.db, 'sam', 'viewer');
  const actor = { kind, id, name: 'sam', role: 'viewer' } as const;
  return { ...rest, requestContext: { ...requestContext, actor } };
};
const from = (address: string) => {
  const { requestContext, ...rest } = aRequestContext(farm.db);
  return { ...rest, requestContext: { ...requestContext, address } };
};
const isOpen = async (sessionId: string) => (await authenticateSession(farm, { sessionId })).ok;

beforeEach(async () => {
  await farm.sql`delete from login_attempts`;
  await updateUser(farm.admin, { name: 'sam', password: PASSWORD });
});

it('the new password is valid, this session stays, every other session ends', async () => {
  const [own, other] = [await aSession(farm, 'sam'), await aSession(farm, 'sam')];
  const seen = await farm.trace(() =>
    changePassword(context(), { current: PASSWORD, next: NEXT, sessionId: own }),
  );
  expect(seen.result).toEqual({ ok: true });
  expectAudit(seen, {
    action: 'changePassword',
    actor: 'sam',
    outcome: 'done',
    before: { user: 'sam', password: null },
    after: { user: 'sam', password: 'changed', sessionsEnded: 1 },
  });
  expect(seen.notifications).toEqual(['access']);
  expect([await isOpen(own), await isOpen(other)]).toEqual([true, false]);
  expect((await login(farm.admin, { username: 'sam', password: PASSWORD })).ok).toBe(false);
  expect((await login(farm.admin, { username: 'sam', password: NEXT })).ok).toBe(true);
});

it('a wrong current password changes nothing and counts as a failed sign-in', async () => {
  const other = await aSession(farm, 'sam');
  const ask = (current: string) =>
    changePassword(context(), { current, next: NEXT, sessionId: null, holdMs: 0 });
  for (let tries = 0; tries < LOGIN_LIMITS.freeTries; tries += 1)
    expect(await ask('wrong')).toEqual({ ok: false, rejection: { code: 'wrongPassword' } });
  // On a busy machine the wait of one second may already be over.
  await farm.sql`update login_attempts set next_at = next_at + interval '1 minute'
    where key like 'pair %'`;
  expect(await ask(PASSWORD)).toMatchObject({ ok: false, rejection: { code: 'tooManyLogins' } });
  expect(await isOpen(other)).toBe(true);
});

it('after a change only the address that asked for it is known', async () => {
  const known = async () =>
    (await farm.sql`select address_group as a from known_addresses`).map(({ a }) => a);
  await login(from('192.0.2.7'), { username: 'sam', password: PASSWORD });
  await login(from('198.51.100.1'), { username: 'sam', password: PASSWORD });
  expect((await known()).sort()).toEqual(['192.0.2.7', '198.51.100.1']);
  await changePassword(context(), { current: PASSWORD, next: NEXT, sessionId: null });
  expect(await known()).toEqual(['192.0.2.7']);
});

it('a token has no password', async () => {
  expect(
    await changePassword(context('token'), { current: PASSWORD, next: NEXT, sessionId: null }),
  ).toEqual({ ok: false, rejection: { code: 'noPassword' } });
});

it('a password that an admin sets at the same time is not overwritten', async () => {
  const set = await holdOpen(farm.db, (tx) =>
    updateUser(within(tx, farm.admin), { name: 'sam', password: 'of the admin himself' }),
  );
  const changed = changePassword(context(), { current: PASSWORD, next: NEXT, sessionId: null });
  await waitUntilBlocked(farm.db);
  await set.commit();
  expect(await changed).toEqual({ ok: false, rejection: { code: 'wrongPassword' } });
  expect((await login(farm.admin, { username: 'sam', password: NEXT })).ok).toBe(false);
});
