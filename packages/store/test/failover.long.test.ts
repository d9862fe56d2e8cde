/* DATABASE_URL may name several servers. Connections go to the server that is the primary now. */

import { waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { startReplicatedPostgres } from '@renderdeck/testing/standby';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../src/connect.ts';
import { notify, readIncarnation } from '../src/index.ts';
import { migrate } from '../src/migrate.ts';

const PRIMARY_ONLY = '?target_session_attrs=primary';

it.each([
  ['first', 0],
  ['last', 1],
])(
  'with the primary %s in the URL, pool and listener follow a promotion',
  async (_place, at) => {
    const servers = await startReplicatedPostgres(migrate);
    onTestFinished(servers.close);
    const { primary, standby } = servers;
    const [here, there] = [new URL(primary.url()), new URL(standby.url())];
    const hosts = at === 0 ? [here.host, there.host] : [there.host, here.host];
    const url = here.href.replace(here.host, hosts.join(',')).concat(PRIMARY_ONLY);
    const store = connect(url);
    onTestFinished(store.close);
    const heard: string[] = [];
    const listener = store.listener(() => {});
    await listener.subscribe('renderdeck_jobs', (payload) => void heard.push(payload));
    const before = await readIncarnation(store.db);
    await notify(store.db, 'renderdeck_jobs', 'one');
    await waitFor(() => heard.includes('one'));
    await servers.catchUp();
    await servers.promote();
    await primary.stop();
    const after = await waitFor(() => readIncarnation(store.db));
    expect(after.split('-')[1]).toBe('2');
    expect(after).not.toBe(before);
    await waitFor(async () => {
      await notify(store.db, 'renderdeck_jobs', 'two');
      return heard.includes('two');
    });
    const sql = openSql(standby.url());
    expect(await sql`select pg_is_in_recovery() as standby`).toEqual([{ standby: false }]);
    await sql.end();
  },
  120_000,
);

it('a standby is reported as a problem until it is promoted', async () => {
  const servers = await startReplicatedPostgres(migrate);
  onTestFinished(servers.close);
  const store = connect(servers.standby.url());
  onTestFinished(store.close);
  expect(await store.schemaProblem()).toMatch(/^The database is a standby/);
  await servers.promote();
  expect(await store.schemaProblem()).toBeNull();
});
