/* The API ends the sessions of a host's login that somebody has ended without it. */
import { randomBytes } from 'node:crypto';
import { hostLoginSql } from '@renderdeck/store/host-login-sql';
import { openSql } from '@renderdeck/testing/open-sql';
import { expect, onTestFinished, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const PASSWORD = 'of this test alone';
const farm = farmOfFile();
apiOfFile(farm);

test('the sessions of a login that may not sign in any more end, and others stay', async () => {
  const mark = randomBytes(4).toString('hex');
  const [ended, kept] = ['ended', 'kept'].map((host) => ({ host, login: `${host}_${mark}` }));
  if (!ended || !kept) return expect.unreachable('there are two hosts');
  const owner = openSql(farm.database.url, 1);
  onTestFinished(() => owner.end());
  for (const one of [ended, kept]) {
    const url = farm.database.urlWith(one.login, PASSWORD);
    await owner.unsafe(hostLoginSql({ ...one, password: PASSWORD })).simple();
    const session = openSql(url, 1);
    onTestFinished(() => session.end({ timeout: 1 }));
    await session`select 1`;
  }
  const sessions = async () => {
    const rows = await owner`select usename as login from pg_stat_activity
      where usename = any (${[ended.login, kept.login]}) order by 1`;
    return rows.map(({ login }) => login);
  };
  expect(await sessions()).toEqual([ended.login, kept.login]);
  await owner.unsafe(`alter role ${ended.login} nologin`);
  await expect.poll(sessions).toEqual([kept.login]);
});
