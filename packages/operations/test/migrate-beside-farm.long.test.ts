/*
 * `migrate` of this version on a farm of the previous release that is at work: two APIs and four
 * hosts, two of them with logins of their own. The farm calls the operations of that release. None
 * of its statements fails, and none waits longer than 2 s for `migrate`.
 */
import { migrate } from '@renderdeck/store/connect';
import { type TestDatabase, testDatabase, waitFor } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import {
  emptyDatabase,
  explainNoRelease,
  installPreviousRelease,
} from '@renderdeck/testing/previous-release';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findInconsistentRows } from '../testing/find-inconsistent-rows.ts';
import type { aWorker, signOn, startWork } from '../testing/index.ts';

const RUNS = Array.from({ length: 12 }, (_, index) => index + 1);
const MOST_WAIT_MS = 2000;
/** Acts of the farm before and after the upgrade. */
const ACTS = 24;

/** What the previous release exports for this test. */
const EXPORTS = `
  export { openIncarnation } from '@renderdeck/store';
  export { connect } from '@renderdeck/store/connect';
  export { hostLoginSql } from '@renderdeck/store/host-login-sql';
  export { aWorker, signOn } from './hosts.ts';
  export { startWork } from './farm-at-work.ts';
`;
type Release = Pick<typeof import('@renderdeck/store'), 'openIncarnation'> &
  Pick<typeof import('@renderdeck/store/connect'), 'connect'> &
  typeof import('@renderdeck/store/host-login-sql') & {
    readonly aWorker: typeof aWorker;
    readonly signOn: typeof signOn;
    readonly startWork: typeof startWork;
  };

const missing = await explainNoRelease();
const skipped = missing === null ? '' : ` (skipped: ${missing})`;
let release: Release;
/** A database of the previous release, which each run copies. */
let made: TestDatabase;

/** A farm of the previous release: the connections of its programs, and its hosts. */
async function aPreviousFarm() {
  const database = await testDatabase(made);
  onTestFinished(() => database.drop());
  const sql = openSql(database.url, 1);
  onTestFinished(() => sql.end());
  const open = (url: string, name: string) => {
    const store = release.connect(url, { name, poolSize: 4 });
    onTestFinished(() => store.close());
    return store;
  };
  const apiUrl = await database.urlAs('renderdeck_api');
  const stores = [open(apiUrl, 'api 1'), open(apiUrl, 'api 2')];
  await release.openIncarnation(open(database.url, 'owner').db);
  const shared = await database.urlAs('renderdeck_worker');
  const workers: ReturnType<typeof aWorker>[] = [];
  const addWorker = async (url: string, host: string) => {
    const worker = release.aWorker(open(url, host).db, host);
    expect(await release.signOn(worker)).toMatchObject({ ok: true });
    workers.push(worker);
  };
  for (const host of ['render-01', 'render-02']) await addWorker(shared, host);
  for (const host of ['render-03', 'render-04']) {
    const login = `${new URL(database.url).pathname.slice(1)}_${host}`.slice(-63);
    const password = 'of this test alone';
    await sql.unsafe(release.hostLoginSql({ host, login, password }));
    await addWorker(database.urlWith(login, password), host);
  }
  return { url: database.url, sql, stores, workers };
}

/** The longest wait of a session behind `migrate` until now, by PostgreSQL's own clock. */
function watchWaits(sql: Sql) {
  let longestMs = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const [row] = await sql<{ ms: number | null }[]>`
        select max(extract(epoch from clock_timestamp() - w.waitstart) * 1000)::float as ms
        from pg_locks w
        where not w.granted and exists (select from pg_stat_activity m
          where m.application_name = 'renderdeck migrate' and m.datname = current_database()
            and m.pid <> w.pid and m.pid = any (pg_blocking_pids(w.pid)))`;
      longestMs = Math.max(longestMs, row?.ms ?? 0);
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    return longestMs;
  };
}

describe.skipIf(missing !== null)(`the previous release${skipped}`, () => {
  beforeAll(async () => {
    const previous = await installPreviousRelease();
    release = await previous.load<Release>('packages/operations/testing', EXPORTS);
    made = await testDatabase();
    const sql = openSql(made.url, 1);
    await emptyDatabase(sql);
    await sql.end();
    await previous.migrate(made.url);
  });
  afterAll(() => made.drop());

  it.each(RUNS)('goes on while this version migrates its database (%i)', async () => {
    const { url, sql, stores, workers } = await aPreviousFarm();
    const work = release.startWork(
      stores.map(({ db }) => db),
      workers,
    );
    const goOn = async (acts: number) => {
      const end = work.acts() + acts;
      await waitFor(() => work.acts() >= end || work.errors.length > 0, {
        what: 'work of the farm',
      });
    };
    const stopWatching = watchWaits(sql);
    const warnings: string[] = [];
    try {
      await goOn(ACTS);
      await migrate(url, (message) => warnings.push(message));
      await goOn(ACTS);
    } finally {
      await work.stop();
    }
    const longestMs = await stopWatching();
    expect(work.errors).toEqual([]);
    expect(longestMs).toBeLessThan(MOST_WAIT_MS);
    expect(warnings).toEqual([]);
    expect(await findInconsistentRows(sql)).toEqual([]);
    for (const { schemaProblem } of stores) expect(await schemaProblem()).toBeNull();
  });
});
