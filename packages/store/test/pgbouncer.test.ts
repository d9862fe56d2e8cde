/*
 * PgBouncer between a program and PostgreSQL. These tests show what docs/postgres.md says about it:
 * session pooling supports everything; transaction pooling loses notifications.
 */
import { randomUUID } from 'node:crypto';
import { testDatabase, waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { findPgbouncerProblem, startPgbouncer } from '@renderdeck/testing/pgbouncer';
import { sql } from 'drizzle-orm';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../src/connect.ts';
import { hostLoginSql } from '../src/host-login-sql.ts';
import { inTransaction, notify, readChangesSince, STOPS_CHANNEL } from '../src/index.ts';
import { startListener } from '../src/listen.ts';
import { migrate } from '../src/migrate.ts';

/** With `transaction`, notifications often meet a statement of the listener. */
const HEARTBEAT_MS = { session: 250, transaction: 20 };
const problem = await findPgbouncerProblem();
const skipped = problem === null ? '' : ` (skipped: ${problem})`;
const withPgbouncer = it.skipIf(problem !== null);

/**
 * A store behind a pooler. With transaction pooling, the pooler has fewer connections than the
 * store.
 */
async function connectThrough(mode: 'session' | 'transaction') {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const pooler = await startPgbouncer(database.url, mode, mode === 'session' ? 10 : 4);
  onTestFinished(pooler.stop);
  const store = connect(pooler.url, { poolSize: 8 });
  onTestFinished(store.close);
  expect(await store.schemaProblem()).toBeNull();
  const listener = startListener(pooler.url, {
    name: 'pgbouncer test',
    onError: () => {},
    echo: (channel) => notify(store.db, channel),
    heartbeatMs: HEARTBEAT_MS[mode],
  });
  onTestFinished(listener.close);
  const heard: string[] = [];
  await listener.subscribe(STOPS_CHANNEL, (payload) => void heard.push(payload));
  return { database, pooler, store, listener, heard };
}

/** Uses prepared statements, bounds of transactions and locks, with many clients. */
async function useAll({ db }: ReturnType<typeof connect>): Promise<void> {
  for (let round = 0; round < 20; round += 1)
    await Promise.all(
      Array.from({ length: 16 }, () =>
        inTransaction(
          db,
          async (tx) => {
            await tx.execute(sql`select pg_advisory_xact_lock(1)`);
            expect((await readChangesSince(tx, null)).gap).toBe(false);
            const [bound] = await tx.execute(sql`show idle_in_transaction_session_timeout`);
            expect(bound).toEqual({ idle_in_transaction_session_timeout: '10s' });
          },
          { mostWaitMs: 60_000 },
        ),
      ),
    );
}

withPgbouncer(`session pooling supports statements and notifications${skipped}`, async () => {
  const { pooler, store, listener, heard } = await connectThrough('session');
  await migrate(pooler.url);
  await useAll(store);
  await notify(store.db, STOPS_CHANNEL, 'a change');
  await waitFor(() => heard.includes('a change'));
  expect(listener.alive()).toBe(true);
});

withPgbouncer(
  `transaction pooling loses notifications, and the listener reports it${skipped}`,
  async () => {
    const { store, listener, heard } = await connectThrough('transaction');
    await useAll(store);
    let sent = 0;
    await waitFor(async () => {
      await notify(store.db, STOPS_CHANNEL, 'a change');
      sent += 1;
      return sent > 20 && !listener.alive();
    });
    expect(heard.length).toBeLessThan(sent);
  },
);

withPgbouncer(
  `transaction pooling keeps the logins of hosts apart${skipped}`,
  async () => {
    const database = await testDatabase();
    onTestFinished(() => database.drop());
    const owner = openSql(database.url, 1);
    const urls = [];
    for (const host of ['a', 'b']) {
      const [login, password] = [
        `pooled_${host}_${randomUUID().slice(0, 8)}`,
        'of this test alone',
      ];
      await owner.unsafe(hostLoginSql({ host, login, password }));
      urls.push(database.urlWith(login, password));
    }
    await owner.end();
    const pooler = await startPgbouncer(database.url, 'transaction', 1, urls);
    onTestFinished(pooler.stop);
    const names = await Promise.all(
      urls.flatMap((url) => {
        const through = Object.assign(new URL(url), { port: new URL(pooler.url).port }).href;
        const sql = openSql(through, 4);
        onTestFinished(() => sql.end());
        return Array.from({ length: 8 }, async () =>
          sql`select host from host_logins`.then((rows) => rows.map(({ host }) => host).join()),
        );
      }),
    );
    expect(names).toEqual([...Array(8).fill('a'), ...Array(8).fill('b')]);
  },
  60_000,
);

withPgbouncer.each(['session', 'transaction'] as const)(
  `%s pooling keeps the settings of a connection, or a sentence says what to set${skipped}`,
  async (mode) => {
    const database = await testDatabase();
    onTestFinished(() => database.drop());
    const name = new URL(database.url).pathname.slice(1);
    const owner = openSql(database.url, 1);
    onTestFinished(() => owner.end());
    const { user } = (await owner<{ user: string }[]>`select current_user as user`)[0] ?? {};
    const odd = ["DateStyle = 'German'", "TimeZone = 'Asia/Kolkata'", "IntervalStyle = 'iso_8601'"];
    for (const setting of [...odd, 'search_path = pg_catalog'])
      await owner.unsafe(`ALTER DATABASE ${name} SET ${setting}`);
    const pooler = await startPgbouncer(database.url, mode, 4);
    onTestFinished(pooler.stop);
    if (mode === 'session') await migrate(pooler.url);
    const store = connect(pooler.url);
    onTestFinished(store.close);
    const repair = `ALTER ROLE "${user}" IN DATABASE "${name}" SET search_path = public`;
    expect(await store.schemaProblem()).toBe(
      'The setting search_path of this database is pg_catalog, and a pooler on the way lets no ' +
        `program change it. Run ${repair}, then restart the pooler.`,
    );
    const [shown] = await store.db.execute(sql`select current_setting('DateStyle') as style,
      current_setting('TimeZone') as zone, current_setting('IntervalStyle') as intervals`);
    expect(shown).toEqual({ style: 'ISO, MDY', zone: 'UTC', intervals: 'postgres' });

    await owner.unsafe(repair);
    const again = await startPgbouncer(database.url, mode, 4);
    onTestFinished(again.stop);
    const healed = connect(again.url);
    onTestFinished(healed.close);
    expect(await healed.schemaProblem()).toBeNull();
  },
);

withPgbouncer(
  `stores whose settings a pooler refuses, at once or later, connect again${skipped}`,
  async () => {
    const database = await testDatabase();
    onTestFinished(() => database.drop());
    const pooler = await startPgbouncer(database.url, 'transaction', 4);
    onTestFinished(pooler.stop);
    const [late, ...stores] = [1, 2, 3, 4].map(() => {
      const store = connect(pooler.url, { poolSize: 2 });
      onTestFinished(store.close);
      return store;
    });
    const problems = Promise.all(stores.map((store) => store.schemaProblem()));
    expect(await problems).toEqual([null, null, null]);
    expect(await late?.schemaProblem()).toBe(null);
  },
);
