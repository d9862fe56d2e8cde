import { randomUUID } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import { beforeAll, expect, it, vi } from 'vitest';
import { authenticateSession, login, SESSION_LIFE, updateUser } from '../../src/index.ts';
import {
  aFarm,
  aRequestContext,
  aUser,
  expectAudit,
  PASSWORD,
  recordStatements,
} from '../../testing/index.ts';

// The real functions, with their calls recorded. Test files share modules: a module that another
// file has loaded would call the real verify.
vi.hoisted(() => vi.resetModules());
vi.mock('@node-rs/argon2', { spy: true });

const NOT_SIGNED_IN = { ok: false, rejection: { code: 'notSignedIn' } };
const farm = aFarm();
const anonymous = {
  ...farm.admin,
  requestContext: { ...farm.admin.requestContext, actor: { kind: 'anonymous', name: 'unknown' } },
} as const;

beforeAll(async () => {
  await aUser(farm, 'Sam', 'submitter');
  await aUser(farm, 'gone');
  await updateUser(farm.admin, { name: 'gone', disabled: true });
});

it('the right password opens a session, which ends twelve hours later', async () => {
  const seen = await farm.trace(() => login(anonymous, { username: 'sam', password: PASSWORD }));
  const opened = seen.result;
  if (!opened.ok) throw new Error('the right password was refused');
  expect(opened.user).toMatchObject({ name: 'Sam', role: 'submitter' });
  expectAudit(seen, { action: 'login', outcome: 'done', actor: 'Sam' });
  expect([seen.changes, seen.notifications]).toEqual([[], []]);
  const [row] = await farm.sql`select * from sessions where id = ${opened.sessionId}`;
  expect(row).toMatchObject({
    user_id: opened.user.id,
    address: '192.0.2.7',
    revoked_at: null,
    expires_at: opened.expiresAt,
  });
  expect(
    Math.abs(row?.expires_at.getTime() - row?.created_at.getTime() - SESSION_LIFE.maxMs),
  ).toBeLessThan(60_000);
  expect(await authenticateSession(farm, { sessionId: opened.sessionId })).toMatchObject({
    actor: {
      kind: 'user',
      name: 'Sam',
      role: 'submitter',
    },
  });
});

it.each([
  ['a wrong password', 'sam', 'wrong', 'Sam'],
  ['an unknown user', 'nobody', PASSWORD, 'unknown'],
  ['a disabled user', 'gone', PASSWORD, 'gone'],
])(
  '%s is refused in the same way: no session, one audit line',
  async (_what, name, password, actor) => {
    const sessions = async () => (await farm.sql`select id from sessions`).length;
    const before = await sessions();
    const seen = await farm.trace(() => login(anonymous, { username: name, password }));
    expect(seen.result).toEqual({ ok: false, rejection: { code: 'wrongCredentials' } });
    expectAudit(seen, {
      action: 'login',
      outcome: 'refused',
      actorKind: 'anonymous',
      actor,
      code: 'wrong_credentials',
    });
    expect(await sessions()).toBe(before);
  },
);

it('an unknown name is not stored, because it may be a password', async () => {
  await login(anonymous, { username: 'hunter2-typed-here', password: 'x' });
  expect([...(await farm.sql`select 1 from audit_log t where t::text like '%hunter2%'`)]).toEqual(
    [],
  );
});

it('from a new address every refusal costs the same password check and statements', async () => {
  const seen = [];
  const requestContext = { ...anonymous.requestContext, address: '192.0.2.99' };
  for (const [name, password] of [
    ['sam', 'wrong'],
    ['nobody', 'wrong'],
    ['gone', PASSWORD],
  ] as const) {
    vi.mocked(verify).mockClear();
    const { db, statements } = recordStatements(farm.db);
    await login({ ...anonymous, requestContext, db }, { username: name, password });
    const costs = vi
      .mocked(verify)
      .mock.calls.map(([hashed]) => String(hashed).split('$').slice(0, 4).join('$'));
    seen.push({ costs, statements });
  }
  expect(seen[0]?.costs).toEqual([expect.stringMatching(/^[$]argon2id[$]v=19[$]m=19456,t=2,p=1$/)]);
  expect(seen[0]?.statements.length).toBeGreaterThan(3);
  expect(seen).toEqual([seen[0], seen[0], seen[0]]);
});

it('two sign-ins of a user are two sessions', async () => {
  const [one, other] = [
    await login(anonymous, { username: 'sam', password: PASSWORD }),
    await login(aRequestContext(farm.db), { username: 'SAM', password: PASSWORD }),
  ];
  expect(one.ok && other.ok && one.sessionId !== other.sessionId).toBe(true);
  expect(await authenticateSession(farm, { sessionId: randomUUID() })).toEqual(NOT_SIGNED_IN);
});
