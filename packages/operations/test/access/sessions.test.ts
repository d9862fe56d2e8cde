import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import {
  authenticateSession,
  listAccounts,
  listOpenSessions,
  login,
  revokeSession,
  SESSION_LIFE,
} from '../../src/index.ts';
import { aFarm, aSession, aUser, expectAudit, PASSWORD } from '../../testing/index.ts';

const NOT_SIGNED_IN = { ok: false, rejection: { code: 'notSignedIn' } };
const farm = aFarm();
afterEach(async () => {
  await farm.sql`delete from sessions`;
});
beforeAll(() => aUser(farm, 'sam'));
const signIn = () => aSession(farm, 'sam');

it('a revoked session is over at once everywhere; a second revocation is rejected', async () => {
  const id = await signIn();
  const seen = await farm.trace(() => revokeSession(farm.admin, { id }));
  expect(seen.result).toEqual({ ok: true });
  expectAudit(seen, {
    action: 'revokeSession',
    outcome: 'done',
    before: { session: id, user: 'sam' },
  });
  expect(seen.notifications).toEqual(['access']);
  expect(await authenticateSession(farm, { sessionId: id })).toEqual(NOT_SIGNED_IN);
  for (const over of [id, randomUUID()])
    expect(await farm.trace(() => revokeSession(farm.admin, { id: over }))).toMatchObject({
      result: { ok: false, rejection: { code: 'unknownSession', id: over } },
      audit: [],
      notifications: [],
    });
});

it('an expired session, or one of a disabled user, is rejected and not listed', async () => {
  const id = await signIn();
  expect((await listOpenSessions(farm.db)).map(({ session, user }) => [session.id, user])).toEqual([
    [id, 'sam'],
  ]);
  await farm.sql`update users set disabled = true`;
  expect(await authenticateSession(farm, { sessionId: id })).toEqual(NOT_SIGNED_IN);
  await farm.sql`update users set disabled = false`;
  await farm.sql`update sessions set expires_at = clock_timestamp()`;
  expect(await authenticateSession(farm, { sessionId: id })).toEqual(NOT_SIGNED_IN);
  expect(await listOpenSessions(farm.db)).toEqual([]);
});

it('the last use is stored once a minute, not at every request', async () => {
  const id = await signIn();
  const seenAt = async () =>
    (await farm.sql`select last_seen_at from sessions where id = ${id}`)[0]?.last_seen_at;
  const first = await seenAt();
  await authenticateSession(farm, { sessionId: id });
  expect(await seenAt()).toEqual(first);
  await farm.sql`
    update sessions set last_seen_at = last_seen_at - interval '61 s' where id = ${id}`;
  expect(await authenticateSession(farm, { sessionId: id })).toMatchObject({
    actor: { name: 'sam' },
  });
  expect((await seenAt()).getTime()).toBeGreaterThanOrEqual(first.getTime());
});

it('a session that was idle for too long is over; a session in use stays open', async () => {
  const [used, unused] = [await signIn(), await signIn()];
  const idle = (id: string, ms: number) =>
    farm.sql`
      update sessions set last_seen_at = clock_timestamp() - ${ms} * interval '1 ms'
      where id = ${id}`;
  for (let hours = 0; hours < 9; hours += 3) {
    await idle(used, 3 * 3_600_000);
    expect(await authenticateSession(farm, { sessionId: used })).toMatchObject({
      actor: { name: 'sam' },
    });
  }
  await idle(unused, SESSION_LIFE.idleMs + 1000);
  expect(await authenticateSession(farm, { sessionId: unused })).toEqual(NOT_SIGNED_IN);
  expect((await listOpenSessions(farm.db)).map(({ session }) => session.id)).toEqual([used]);
  expect((await listAccounts(farm.db, 'sam'))[0]?.sessions).toBe(1);
});

it('a session keeps the idle time it was opened with', async () => {
  const opened = await login(farm.admin, {
    username: 'sam',
    password: PASSWORD,
    life: { maxMs: 3_600_000, idleMs: 60_000 },
  });
  const id = opened.ok ? opened.sessionId : '';
  await farm.sql`
    update sessions set last_seen_at = clock_timestamp() - interval '59 s' where id = ${id}`;
  expect(await authenticateSession(farm, { sessionId: id, quietly: true })).toMatchObject({
    actor: {
      name: 'sam',
    },
  });
  await farm.sql`
    update sessions set last_seen_at = clock_timestamp() - interval '61 s' where id = ${id}`;
  expect(await authenticateSession(farm, { sessionId: id })).toEqual(NOT_SIGNED_IN);
});

it('a quiet check of a session does not count as use', async () => {
  const id = await signIn();
  await farm.sql`
    update sessions set last_seen_at = last_seen_at - interval '61 s' where id = ${id}`;
  const seenAt = async () =>
    (await farm.sql`select last_seen_at from sessions where id = ${id}`)[0]?.last_seen_at;
  const before = await seenAt();
  expect(await authenticateSession(farm, { sessionId: id, quietly: true })).toMatchObject({
    actor: {
      name: 'sam',
    },
  });
  expect(await seenAt()).toEqual(before);
  await authenticateSession(farm, { sessionId: id });
  expect((await seenAt()).getTime()).toBeGreaterThan(before.getTime());
});

it('expiry and last use follow the database clock, even if this machine’s is wrong', async () => {
  const id = await signIn();
  for (const hours of [-24, 24]) {
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    await farm.sql`
      update sessions set last_seen_at = clock_timestamp() - interval '10 minutes'
      where id = ${id}`;
    expect(await authenticateSession(farm, { sessionId: id })).toMatchObject({
      actor: { name: 'sam' },
    });
    const [seen] = await farm.sql`
        select last_seen_at > clock_timestamp() - interval '1 minute' as now from sessions
        where id = ${id}`;
    expect(seen?.now).toBe(true);
    vi.useRealTimers();
  }
});
