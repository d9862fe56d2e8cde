/*
 * A user is changed while a sign-in is between the check of its password and its session. The test
 * holds the change or the sign-in right before its commit, and the other one meets it there.
 */
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { authenticateSession, login, updateUser } from '../../src/index.ts';
import { aFarm, aRequestContext, aUser, PASSWORD, within } from '../../testing/index.ts';

const ROUNDS = 25;
const REFUSED = { ok: false, rejection: { code: 'wrongCredentials' } };
const farm = aFarm();
const anonymous = aRequestContext(farm.db);
const signIn = (password = PASSWORD) => login(anonymous, { username: 'sam', password });
const openSessions = async () =>
  (await farm.sql`select id from sessions where revoked_at is null`).length;

let passwordHash: string;
beforeAll(async () => {
  passwordHash = (await aUser(farm, 'sam', 'submitter')).passwordHash;
});
beforeEach(reset);

async function reset(): Promise<void> {
  await farm.sql`
    update users set role = 'submitter', disabled = false, password_hash = ${passwordHash}`;
  await farm.sql`delete from login_attempts`;
  await farm.sql`delete from sessions`;
}

const CHANGES = [
  ['is disabled', { disabled: true }],
  ['gets a new password', { password: 'another long password' }],
  ['gets a new role', { role: 'viewer' }],
] as const;

it.each(CHANGES)(
  `a user who %s during a sign-in has no session with the old state, ${ROUNDS} times`,
  { timeout: 120_000 },
  async (_what, change) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await reset();
      const changed = await holdOpen(farm.db, (tx) =>
        updateUser(within(tx, farm.admin), { name: 'sam', ...change }),
      );
      const signedIn = signIn();
      await waitUntilBlocked(farm.db);
      await changed.commit();
      const outcome = await signedIn;
      if ('role' in change) {
        expect(outcome).toMatchObject({ ok: true, user: { role: change.role } });
      } else {
        expect([round, outcome]).toEqual([round, REFUSED]);
        expect([round, await openSessions()]).toEqual([round, 0]);
      }
    }
  },
);

it.each(CHANGES)(
  `a user who %s right after a sign-in has lost that session, ${ROUNDS} times`,
  { timeout: 120_000 },
  async (_what, change) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await reset();
      const { result: opened, commit } = await holdOpen(farm.db, (tx) =>
        login(within(tx, anonymous), { username: 'sam', password: PASSWORD }),
      );
      const changed = updateUser(farm.admin, { name: 'sam', ...change });
      await waitUntilBlocked(farm.db);
      await commit();
      expect(await changed).toMatchObject({ ok: true, account: { sessions: 0 } });
      if (!opened.ok) throw new Error('the right password was refused');
      const { sessionId } = opened;
      expect(await authenticateSession(farm, { sessionId })).toMatchObject({ ok: false });
    }
  },
);

it('the new password signs in although it was set during the sign-in', async () => {
  const password = 'another long password';
  const changed = await holdOpen(farm.db, (tx) =>
    updateUser(within(tx, farm.admin), { name: 'sam', password }),
  );
  // The first check fails, because it reads the old hash. The change makes it check again.
  const signedIn = signIn(password);
  await waitUntilBlocked(farm.db);
  await changed.commit();
  expect(await signedIn).toMatchObject({ ok: true });
});
