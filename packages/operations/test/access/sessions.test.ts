import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import {
  authenticateSession,
  listAccounts,
  listOpenSessions,
  login,
  logout,
  readSessionEnd,
  revokeSession,
  SESSION_LIFE,
} from '../../src/index.ts';
import {
  aFarm,
  aSession,
  aUser,
  expectAudit,
  expectDone,
  NO_TRACE,
  PASSWORD,
} from '../../testing/index.ts';

const NOT_SIGNED_IN = { ok: false, rejection: { code: 'notSignedIn' } };
const farm = aFarm();
afterEach(async () => {
  await farm.sql`delete from sessions`;
});
beforeAll(() => aUser(farm, 'sam'));
const signIn = () => aSession(farm, 'sam');
const auth = (sessionId: string, quietly = false) =>
  authenticateSession(farm, { sessionId, quietly });
const SAM = { actor: { name: 'sam' } };
/** Makes a session unused for this long. */
const idle = (id: string, ms: number) => farm.sql`
  update sessions set last_seen_at = clock_timestamp() - ${ms} * interval '1 ms' where id = ${id}`;
const seenAt = async (id: string) =>
  (await farm.sql`select last_seen_at from sessions where id = ${id}`)[0]?.last_seen_at;

it('a session that signs out is over at once, and every API process is notified', async () => {
  const sessionId = await signIn();
  const seen = await farm.trace(() => logout(farm.admin, { sessionId }));
  expectAudit(seen, { action: 'logout', outcome: 'done' });
  expect(seen.notifications).toEqual(['access']);
  expect(await auth(sessionId)).toEqual(NOT_SIGNED_IN);
  for (const none of [sessionId, randomUUID(), null])
    expect(await farm.trace(() => logout(farm.admin, { sessionId: none }))).toMatchObject(NO_TRACE);
});

it('a session ends by its idle time, which use moves, or by its longest life', async () => {
  const id = await signIn();
  const endOf = async (sessionId: string) => {
    const end = await readSessionEnd(farm, { sessionId });
    return end && [Math.round((end.endsAt.getTime() - Date.now()) / 60_000), end.renewable];
  };
  const idleMinutes = SESSION_LIFE.idleMs / 60_000;
  await idle(id, 30 * 60_000);
  expect(await endOf(id)).toEqual([idleMinutes - 30, true]);
  await idle(id, 0);
  expect(await endOf(id)).toEqual([idleMinutes, true]);
  await farm.sql`update sessions set expires_at = clock_timestamp() + interval '4 minutes'`;
  expect(await endOf(id)).toEqual([4, false]);
  expect(await endOf(randomUUID())).toBeNull();
});

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
  expect(await auth(id)).toEqual(NOT_SIGNED_IN);
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
  expect(await auth(id)).toEqual(NOT_SIGNED_IN);
  await farm.sql`update users set disabled = false`;
  await farm.sql`update sessions set expires_at = clock_timestamp()`;
  expect(await auth(id)).toEqual(NOT_SIGNED_IN);
  expect(await listOpenSessions(farm.db)).toEqual([]);
});

it('the last use is stored once a minute, and not by a quiet check', async () => {
  const id = await signIn();
  const first = await seenAt(id);
  await auth(id);
  expect(await seenAt(id)).toEqual(first);
  await idle(id, 61_000);
  const before = await seenAt(id);
  expect(await auth(id, true)).toMatchObject(SAM);
  expect(await seenAt(id)).toEqual(before);
  expect(await auth(id)).toMatchObject(SAM);
  expect(Number(await seenAt(id))).toBeGreaterThan(Number(before));
});

it('a session that was idle for too long is over; a session in use stays open', async () => {
  const [used, unused] = [await signIn(), await signIn()];
  for (let hours = 0; hours < 9; hours += 3) {
    await idle(used, 3 * 3_600_000);
    expect(await auth(used)).toMatchObject(SAM);
  }
  await idle(unused, SESSION_LIFE.idleMs + 1000);
  expect(await auth(unused)).toEqual(NOT_SIGNED_IN);
  expect((await listOpenSessions(farm.db)).map(({ session }) => session.id)).toEqual([used]);
  expect((await listAccounts(farm.db, 'sam'))[0]?.sessions).toBe(1);
});

it('a session keeps the idle time it was opened with', async () => {
  const life = { maxMs: 3_600_000, idleMs: 60_000 };
  const opened = await login(farm.admin, { username: 'sam', password: PASSWORD, life });
  const { sessionId: id } = expectDone(opened);
  await idle(id, 59_000);
  expect(await auth(id, true)).toMatchObject(SAM);
  await idle(id, 61_000);
  expect(await auth(id)).toEqual(NOT_SIGNED_IN);
});

it('expiry and last use follow the database clock, even if this machine’s is wrong', async () => {
  const id = await signIn();
  for (const hours of [-24, 24]) {
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    await idle(id, 600_000);
    expect(await auth(id)).toMatchObject(SAM);
    const [seen] = await farm.sql`
      select last_seen_at > clock_timestamp() - interval '1 minute' as now from sessions
      where id = ${id}`;
    expect(seen?.now).toBe(true);
    vi.useRealTimers();
  }
});
