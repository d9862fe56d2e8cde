/*
 * `migrate` of this version on a farm of the previous release that is at work: two APIs and four
 * hosts, two of them with logins of their own. No statement of the farm fails, and none waits
 * longer than 2 s for `migrate`.
 */
import { openIncarnation } from '@renderdeck/store';
import { connect, type Database, databaseOf, migrate } from '@renderdeck/store/connect';
import { hostLoginSql } from '@renderdeck/store/host-login-sql';
import { testDatabase, waitFor } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { makePrevious } from '@renderdeck/testing/previous-release';
import { expect, it, onTestFinished } from 'vitest';
import type { WorkerContext } from '../src/index.ts';
import { findInconsistentRows } from '../testing/find-inconsistent-rows.ts';
import { aWorker, HOST_FACTS, startWork } from '../testing/index.ts';

const RUNS = Array.from({ length: 20 }, (_, index) => index + 1);
const MOST_WAIT_MS = 2000;
/** Acts of the farm before and after the upgrade. */
const ACTS = 24;

/** Statements of this version name these columns of attempts. The previous release has none. */
const NEW_COLUMN = new RegExp(
  '[(]select stop_repeated from attempts where id = jobs.attempt_id[)]' +
    '|("attempts"[.])?"(stop_repeated|cached_sources)"' +
    '|("jobs"[.])?"pace"',
  'g',
);
/** This column too: a report that saves it, and reads of it. */
const TRANSFER = {
  saved: /transfer = case when .*? end,/,
  read: /("(attempts|latest)"[.])?"transfer"/g,
};

/** Estimates: a submission that saves the pace of the job, and reads. */
const PACE = {
  saved:
    /, pace\)(\s+select id, name, priority, tags, max_attempts, submitted_by),.*?(?= from given)/s,
  read: /(forecast_at|pace_facts)\([^()]*(\([^()]*\)[^()]*)*\)/g,
};
/** These columns of hosts too. */
const DRAIN = /(("render_hosts"|h|claimer)[.])?"?\b(drained_at|drained_by|drain_reason)\b"?/g;
/** This column of jobs too. */
const STOP_TRACE = /("jobs"[.])?"stop_trace"|(?<='trace', )stop_trace/g;
/** This column too: a renewal that saves it, and reads. */
const PROBLEM_KIND = {
  saved: /"problem_kind" = ([$]\d+)/g,
  read: /"render_hosts"[.]"problem_kind"/g,
};
/** This column of jobs too: a submission that saves it, and reads of it. */
const TEMPLATE = { saved: / (\w+[.])?template( text)?,/g, read: /("jobs"[.])?"template"/g };

/** The part of a submission that writes its callback. The previous release has no such table. */
const CALLBACK = /\), callback as \([\s\S]+?callback is not null\s*/;

/** Sends the statements as the previous release does. */
function asPrevious({ send, begin }: Database): Database {
  return databaseOf(
    (text, ...rest) => {
      const old = text
        .replace(TEMPLATE.saved, '')
        .replace(TEMPLATE.read, 'null')
        .replace(/^.*from queue_forecasts.*$/s, 'select where false')
        .replace(PACE.saved, ')$1')
        .replace(/\bjobs[.]pace\b/g, 'null::bigint as pace')
        .replace('select jobs.*,', 'select jobs.*, null::bigint as pace, null::text as stop_trace,')
        .replace(PACE.read, 'null')
        .replace(NEW_COLUMN, 'false')
        .replace(CALLBACK, '')
        .replace(/\bjobs[.]stop_trace\b/g, 'null::text as stop_trace')
        .replace(STOP_TRACE, 'null::text')
        .replace(PROBLEM_KIND.saved, '"platform" = coalesce("platform", $1)')
        .replace(PROBLEM_KIND.read, 'null::text')
        .replace(DRAIN, (_all, _of, _table, name) =>
          name === 'drained_at' ? 'null::timestamptz' : 'null::text',
        );
      return send(old.replace(TRANSFER.saved, '').replace(TRANSFER.read, 'null'), ...rest);
    },
    (work, config) => begin((tx) => work(asPrevious(tx)), config),
  );
}

/** A farm of the previous release: the connections of its programs, and its hosts. */
async function aPreviousFarm() {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const sql = openSql(database.url, 1);
  onTestFinished(() => sql.end());
  await makePrevious(sql);
  // The submissions of this version need it, those of the previous release did not.
  await sql`grant execute on function hosts_with_free_slots() to renderdeck_api`;
  const open = (url: string, name: string) => {
    const store = connect(url, { name, poolSize: 4 });
    onTestFinished(() => store.close());
    return store;
  };
  const apiUrl = await database.urlAs('renderdeck_api');
  const stores = [open(apiUrl, 'api 1'), open(apiUrl, 'api 2')];
  await openIncarnation(open(database.url, 'owner').db);
  const shared = await database.urlAs('renderdeck_worker');
  const workers: WorkerContext[] = [];
  const addWorker = async (url: string, host: string) => {
    const worker = aWorker(asPrevious(open(url, host).db), host);
    await register(url, worker);
    workers.push(worker);
  };
  for (const host of ['render-01', 'render-02']) await addWorker(shared, host);
  for (const host of ['render-03', 'render-04']) {
    const login = `${new URL(database.url).pathname.slice(1)}_${host}`.slice(-63);
    const password = 'of this test alone';
    await sql.unsafe(hostLoginSql({ host, login, password }));
    await addWorker(database.urlWith(login, password), host);
  }
  return { url: database.url, sql, stores, workers };
}

/** Registers a host as its login. `registerHost` reads columns that only this version has. */
async function register(url: string, { host, workerId, identity }: WorkerContext) {
  const sql = openSql(url, 1);
  const { bootId, pid, startToken, slots, version, platform, renderer, container, leaseMs } =
    HOST_FACTS;
  await sql`
    insert into render_hosts (name, worker_id, host_id, identity, boot_id, pid, start_token, slots,
      version, platform, renderer, stand_in, container, lease_ms)
    values (${host}, ${workerId}, ${identity.hostId}, ${sql.json(identity)}, ${bootId}, ${pid},
      ${startToken}, ${slots}, ${version}, ${platform}, ${renderer}, false, ${container},
      ${leaseMs})`;
  await sql.end();
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

it.each(RUNS)('the previous release goes on while this version migrates it (%i)', async () => {
  const { url, sql, stores, workers } = await aPreviousFarm();
  const work = startWork(
    stores.map(({ db }) => asPrevious(db)),
    workers,
  );
  const goOn = async (acts: number) => {
    const end = work.acts() + acts;
    await waitFor(() => work.acts() >= end || work.errors.length > 0, { what: 'work of the farm' });
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
