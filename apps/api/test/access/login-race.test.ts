/*
 * Sign-ins over HTTP race with a change of their user on another API server. Whatever came first,
 * no session with the old password or of a disabled user is left.
 */
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, type TestApi } from '../../testing/open-farm.ts';
import { PASSWORD } from '../../testing/users.ts';

const ROUNDS = 25;
const farm = farmOfFile();
const api = apiOfFile(farm);
const other = apiOfFile(farm);

const body = JSON.stringify({ username: 'sam', password: PASSWORD });
async function signIn(server: TestApi) {
  const answer = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? null;
  return { status: answer.status, cookie };
}
const statusWith = async (server: TestApi, cookie: string) =>
  (await fetch(`${server.url}/api/jobs`, { headers: { cookie } })).status;

test.each([
  ['is disabled', { disabled: true }],
  ['gets a new password', { password: 'another long password' }],
] as const)(
  `a user who %s has no session of before, ${ROUNDS} times`,
  { timeout: 120_000 },
  async (_what, change) => {
    const [sam] = await farm.sql`select password_hash from users where name = 'sam'`;
    const admin = other.trpc('ada');
    await admin.me.query();
    for (let round = 0; round < ROUNDS; round += 1) {
      const [one, two] = await Promise.all([
        signIn(api),
        signIn(other),
        admin.updateUser.mutate({ name: 'sam', ...change }),
      ]);
      const sessions = await farm.sql`
        select s.id from sessions s join users u on u.id = s.user_id
        where u.name = 'sam' and s.revoked_at is null`;
      expect([round, sessions.length]).toEqual([round, 0]);
      for (const { status, cookie } of [one, two]) {
        expect([200, 401]).toContain(status);
        if (cookie !== null) expect(await statusWith(other, cookie)).toBe(401);
      }
      await farm.sql`
        update users set disabled = false, password_hash = ${sam?.password_hash}
        where name = 'sam'`;
      await farm.sql`delete from login_attempts`;
    }
  },
);
