import { randomUUID } from 'node:crypto';
import { expectAudit } from '@renderdeck/testing/expect-audit';
import { aFarm, aSession, aUser } from '@renderdeck/testing/fixtures';
import { expect, it } from 'vitest';
import { authenticateSession, listOpenSessions, revokeSession } from '../../src/index.ts';

const farm = await aFarm();
await aUser(farm, 'sam');
const signIn = () => aSession(farm, 'sam');

it('an admin ends a session at once, on every API process; one that is over already stays as it was', async () => {
  const id = await signIn();
  const seen = await farm.trace(() => revokeSession(farm.admin, id));
  expect(seen.result).toBe(true);
  expectAudit(seen, { action: 'revokeSession', outcome: 'done', before: { session: id } });
  expect(seen.wakes).toEqual(['access']);
  expect(await authenticateSession(farm.db, id)).toBeNull();
  for (const over of [id, randomUUID()])
    expect(await farm.trace(() => revokeSession(farm.admin, over))).toMatchObject({ result: false, audit: [], wakes: [] });
});

it('a session that is over, or whose user is disabled, opens nothing and is not shown', async () => {
  const id = await signIn();
  expect((await listOpenSessions(farm.db)).map(({ session, user }) => [session.id, user])).toEqual([[id, 'sam']]);
  await farm.look`update users set disabled = true`;
  expect(await authenticateSession(farm.db, id)).toBeNull();
  await farm.look`update users set disabled = false`;
  await farm.look`update sessions set expires_at = clock_timestamp()`;
  expect(await authenticateSession(farm.db, id)).toBeNull();
  expect(await listOpenSessions(farm.db)).toEqual([]);
});

it('when it was last seen is kept to the minute: no write per request', async () => {
  const id = await signIn();
  const seenAt = async () => (await farm.look`select last_seen_at from sessions where id = ${id}`)[0]?.last_seen_at;
  const first = await seenAt();
  await authenticateSession(farm.db, id);
  expect(await seenAt()).toEqual(first);
  await farm.look`update sessions set last_seen_at = last_seen_at - interval '61 s' where id = ${id}`;
  expect(await authenticateSession(farm.db, id)).toMatchObject({ name: 'sam' });
  expect((await seenAt()).getTime()).toBeGreaterThanOrEqual(first.getTime());
});
