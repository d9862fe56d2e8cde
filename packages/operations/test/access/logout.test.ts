import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { authenticateSession, logout } from '../../src/index.ts';
import { aFarm, aSession, aUser, expectAudit } from '../../testing/index.ts';

const NOT_SIGNED_IN = { ok: false, rejection: { code: 'notSignedIn' } };
const farm = aFarm();
beforeAll(() => aUser(farm, 'sam'));

it('a session that signs out is over at once, and every API process is notified', async () => {
  const sessionId = await aSession(farm, 'sam');
  const seen = await farm.trace(() => logout(farm.admin, { sessionId }));
  expectAudit(seen, { action: 'logout', outcome: 'done' });
  expect(seen.notifications).toEqual(['access']);
  expect(await authenticateSession(farm, { sessionId })).toEqual(NOT_SIGNED_IN);
  expect(await farm.trace(() => logout(farm.admin, { sessionId }))).toMatchObject({
    audit: [],
    notifications: [],
  });
});

it('a sign-out without a session, or with an unknown one, changes nothing', async () => {
  for (const none of [null, randomUUID()])
    expect(await farm.trace(() => logout(farm.admin, { sessionId: none }))).toMatchObject({
      audit: [],
      changes: [],
      notifications: [],
    });
});
