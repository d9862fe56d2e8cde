import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  authenticateSession,
  createFirstAdmin,
  createToken,
  createUser,
  listAccounts,
  login,
  updateUser,
} from '../../src/index.ts';
import {
  aFarm,
  aRequestContext,
  aSession,
  aUser,
  expectAudit,
  PASSWORD,
  within,
} from '../../testing/index.ts';

const NOT_SIGNED_IN = { ok: false, rejection: { code: 'notSignedIn' } };
const farm = aFarm();
const accountOf = async (name: string) => (await listAccounts(farm.db, name))[0];

it('the first admin is created only while there are no users', async () => {
  const seen = await farm.trace(() =>
    createFirstAdmin(farm.admin, { name: 'root', password: PASSWORD }),
  );
  expect(seen.result).toMatchObject({ ok: true, account: { name: 'root', role: 'admin' } });
  expectAudit(seen, {
    action: 'createUser',
    outcome: 'done',
    after: { user: 'root', role: 'admin' },
  });
  const again = await farm.trace(() =>
    createFirstAdmin(farm.admin, { name: 'other', password: PASSWORD }),
  );
  expect(again).toMatchObject({
    result: { ok: false, rejection: { code: 'usersExist' } },
    audit: [],
  });
  expect(await accountOf('other')).toBeUndefined();
});

it('a user has a role and a password hash', async () => {
  const seen = await farm.trace(() =>
    createUser(farm.admin, { name: 'Sam', role: 'viewer', password: PASSWORD }),
  );
  expect(seen.result).toMatchObject({
    ok: true,
    account: { name: 'Sam', role: 'viewer', disabled: false, sessions: 0, lastSeenAt: null },
  });
  expectAudit(seen, {
    action: 'createUser',
    outcome: 'done',
    after: { user: 'Sam', role: 'viewer' },
  });
  expect((await accountOf('sam'))?.passwordHash).toMatch(/^\$argon2id\$/);
});

it.each(['ΝΙΚΟΣ', 'İvan', 'Åsa'])(
  '%s signs in and is changed under that name, because only the database folds letter case',
  async (name) => {
    expect(
      await createUser(farm.admin, { name, role: 'viewer', password: PASSWORD }),
    ).toMatchObject({ ok: true, account: { name } });
    expect(await login(farm.admin, { username: name, password: PASSWORD })).toMatchObject({
      ok: true,
    });
    expect(await updateUser(farm.admin, { name, role: 'submitter' })).toMatchObject({
      ok: true,
      account: { name, role: 'submitter' },
    });
  },
);

it('a role change ends the user’s sessions, notifies API processes and is audited', async () => {
  await aUser(farm, 'uma', 'viewer');
  const sessionId = await aSession(farm, 'uma');
  expect((await accountOf('uma'))?.sessions).toBe(1);
  const seen = await farm.trace(() => updateUser(farm.admin, { name: 'UMA', role: 'submitter' }));
  expect(seen.result).toMatchObject({
    ok: true,
    account: { name: 'uma', role: 'submitter', sessions: 0 },
  });
  expectAudit(seen, {
    action: 'updateUser',
    outcome: 'done',
    before: { user: 'uma', role: 'viewer' },
    after: { user: 'uma', role: 'submitter' },
  });
  expect(seen.notifications).toEqual(['access']);
  expect(await authenticateSession(farm, { sessionId })).toEqual(NOT_SIGNED_IN);
  expect((await accountOf('uma'))?.lastSeenAt).toBeInstanceOf(Date);
});

it('a new password replaces the old one and is in no audit line', async () => {
  await aUser(farm, 'vic');
  const seen = await farm.trace(() =>
    updateUser(farm.admin, { name: 'vic', password: 'a new and long one' }),
  );
  expectAudit(seen, {
    action: 'updateUser',
    outcome: 'done',
    before: { user: 'vic', password: null },
    after: { user: 'vic', password: 'changed' },
  });
  expect((await login(farm.admin, { username: 'vic', password: PASSWORD })).ok).toBe(false);
  expect((await login(farm.admin, { username: 'vic', password: 'a new and long one' })).ok).toBe(
    true,
  );
});

it('an update without a change is a noop: the sessions stay open', async () => {
  await aUser(farm, 'wim', 'viewer');
  const sessionId = await aSession(farm, 'wim');
  const seen = await farm.trace(() =>
    updateUser(farm.admin, { name: 'wim', role: 'viewer', disabled: false }),
  );
  expect(seen.result).toMatchObject({ ok: true, account: { sessions: 1 } });
  expectAudit(seen, {
    action: 'updateUser',
    outcome: 'noop',
    before: { user: 'wim' },
    after: { user: 'wim' },
  });
  expect(seen.notifications).toEqual([]);
  expect(await authenticateSession(farm, { sessionId })).toMatchObject({ ok: true });
});

it('an unknown user is not changed', async () => {
  const seen = await farm.trace(() => updateUser(farm.admin, { name: 'nobody', role: 'admin' }));
  expect(seen).toMatchObject({
    result: { ok: false, rejection: { code: 'unknownUser', name: 'nobody' } },
    audit: [],
    notifications: [],
  });
});

it.each([{ role: 'viewer' }, { disabled: true }] as const)(
  'the last admin stays an admin: %o is rejected',
  async (change) => {
    const seen = await farm.trace(() => updateUser(farm.admin, { name: 'root', ...change }));
    expect(seen).toMatchObject({
      result: { ok: false, rejection: { code: 'lastAdmin', name: 'root' } },
      audit: [],
      notifications: [],
    });
    expect(await accountOf('root')).toMatchObject({ role: 'admin', disabled: false });
  },
);

it('the last admin may get a new password, and a disabled admin does not count', async () => {
  await aUser(farm, 'spare', 'admin');
  await updateUser(farm.admin, { name: 'spare', disabled: true });
  expect(await updateUser(farm.admin, { name: 'root', disabled: true })).toEqual({
    ok: false,
    rejection: { code: 'lastAdmin', name: 'root' },
  });
  expect(await updateUser(farm.admin, { name: 'root', password: PASSWORD })).toMatchObject({
    ok: true,
  });
});

it('when two admins demote each other at once, one stays admin', async () => {
  await updateUser(farm.admin, { name: 'spare', disabled: false });
  const first = await holdOpen(farm.db, (tx) =>
    updateUser(within(tx, farm.admin), { name: 'spare', role: 'viewer' }),
  );
  const second = updateUser(aRequestContext(farm.db, 'spare'), { name: 'root', role: 'viewer' });
  await waitUntilBlocked(farm.db);
  await first.commit();
  expect(await second).toEqual({ ok: false, rejection: { code: 'lastAdmin', name: 'root' } });
  expect(await accountOf('root')).toMatchObject({ role: 'admin' });
});

it('two admins who demote each other at once, 20 times, always leave one', async () => {
  for (let round = 0; round < 20; round += 1) {
    await updateUser(farm.admin, { name: 'root', role: 'admin' });
    await updateUser(farm.admin, { name: 'spare', role: 'admin' });
    await Promise.all(
      ['root', 'spare'].map((name) => updateUser(farm.admin, { name, role: 'viewer' })),
    );
    const admins = await farm.sql`select name from users where role = 'admin' and not disabled`;
    expect(admins.length).toBe(1);
  }
});

const make = {
  user: (name: string) => createUser(farm.admin, { name, role: 'viewer', password: PASSWORD }),
  token: (name: string) => createToken(farm.admin, { name, role: 'viewer', expiresInDays: null }),
};
const codeOf = (outcome: Awaited<ReturnType<typeof make.user | typeof make.token>>) =>
  outcome.ok ? 'made' : outcome.rejection.code;

it.each([
  ['the same', 'mira', 'mira'],
  ['another case', 'Jonas', 'jONAS'],
  ['another width', 'lena', 'ｌｅｎａ'],
  ['a composed letter', 'zoé', 'zoe\u0301'],
  ['doubled spaces', 'night shift', 'night  shift'],
  ['the word that is shown before a token', 'token ann', 'ann'],
  ['the word that is shown before a token', 'bob', 'token bob'],
])('a name that looks the same as one of a user or token is taken: %s', async (_, one, other) => {
  expect(codeOf(await make.user(one))).toBe('made');
  const seen = await farm.trace(() => make.token(other));
  expect(seen.result).toEqual({
    ok: false,
    rejection: { code: 'nameTaken', of: 'token', name: other },
  });
  expect(seen.audit).toEqual([]);
  expect(codeOf(await make.token(`script of ${one}`))).toBe('made');
  expect(codeOf(await make.user(`SCRIPT of ${one}`))).toBe('nameTaken');
});

it('names that only begin in the same way are free', async () => {
  expect(codeOf(await make.user('render'))).toBe('made');
  expect(codeOf(await make.token('render-01'))).toBe('made');
  expect(codeOf(await make.token('rénder'))).toBe('made');
});

it('if a user and a token are made at once with one name, only one is made', async () => {
  for (let round = 0; round < 10; round += 1) {
    const made = await Promise.all([make.user(`r${round}`), make.token(`R${round}`)]);
    expect(made.map(codeOf).sort()).toEqual(['made', 'nameTaken']);
  }
});
