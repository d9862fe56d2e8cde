/*
 * Each condition of a database, made on a real PostgreSQL while the API runs as a program on it.
 * Each read, write and sign-in is answered as the table of conditions says
 * (packages/store/src/database-conditions.ts), none with 500. No answer says that something was not
 * done that was done. Afterwards the same process works again.
 */
import { waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { makeStandby, promote } from '@renderdeck/testing/standby';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Answer, askEverything, findLies, summarize } from './ask-everything.ts';
import { openOwnFarm } from './open-own-farm.ts';

let farm: Awaited<ReturnType<typeof openOwnFarm>>;
beforeAll(async () => {
  farm = await openOwnFarm();
}, 120_000);
afterAll(async () => expect(await farm.close()).toEqual({ code: 0, signal: null }));

const ALL_DONE = ['priority: done', 'read: done', 'signIn: done', 'write: done'];
const UNKNOWN = 'write: 503 outcome_unknown, again after 5';
const refusedAll = (after: number, ...kinds: string[]) =>
  kinds.map((kind) => `${kind}: 503 unavailable, again after ${after}`);
const ask = (...kinds: readonly Answer['kind'][]) =>
  askEverything(farm.asking, kinds.length === 0 ? undefined : kinds);

let releaseLock = async (): Promise<void> => undefined;
/** After each test the API is ready again and takes changes, with no restart. */
afterEach(async () => {
  await releaseLock();
  await waitFor(async () => (await farm.readiness()) === '200', { withinMs: 60_000 });
  const all = await ask();
  expect(summarize(all)).toEqual(ALL_DONE);
  expect(await findLies(farm.sql, all)).toEqual([]);
}, 90_000);

/** Locks tables until `release`, or until the end of the test. */
async function lock(tables: string, mode: string) {
  const sql = openSql(farm.server.url(), 1);
  await sql`begin`;
  await sql.unsafe(`lock table ${tables} in ${mode} mode`);
  let isOver = false;
  releaseLock = async () => {
    if (isOver) return;
    isOver = true;
    await sql`rollback`;
    await sql.end();
  };
  return { sql, release: releaseLock };
}

/**
 * Resolves when a read and a new job wait for a lock, each in the middle of its statement. The read
 * is the one that counts the jobs of the list: changes and the API's own care run other SELECTs.
 */
const untilBothWait = () =>
  waitFor(async () => {
    const waiting = await farm.sql<{ query: string }[]>`
      select query from pg_stat_activity
      where usename = 'of_the_api' and wait_event_type = 'Lock'`;
    const isAny = (pattern: RegExp) => waiting.some(({ query }) => pattern.test(query));
    return isAny(/insert into jobs/i) && isAny(/ as rendering,/);
  });

/** Resolves when a change of a job waits for the audit log, in the middle of its transaction. */
const untilChangeWaits = () =>
  waitFor(async () => {
    const [waiting] = await farm.sql<{ pid: number }[]>`
      select w.pid from pg_locks w join pg_locks h using (pid)
      where not w.granted and w.relation = 'audit_log'::regclass
        and h.granted and h.relation = 'jobs'::regclass and h.mode = 'RowExclusiveLock'`;
    return waiting;
  });

/** Asks everything, and calls `end` while the acts wait for locks in the database. */
async function whileWaiting(end: (release: () => Promise<void>) => unknown) {
  const { release } = await lock('jobs, audit_log', 'access exclusive');
  const asking = ask();
  await untilBothWait();
  await end(release);
  const all = await asking;
  await release();
  expect(await findLies(farm.sql, all)).toEqual([]);
  return all;
}

test.each([
  { what: 'sessions that an administrator ends', end: () => farm.endSessions() },
  { what: 'connections that are reset', end: () => farm.resetConnections() },
])('$what in mid-statement: a write may be done, a read may be repeated', async ({ end }) => {
  const all = await whileWaiting(async (release) => {
    await end();
    await release();
  });
  expect([
    ...ALL_DONE,
    ...refusedAll(5, 'priority', 'read', 'signIn', 'write'),
    UNKNOWN,
    UNKNOWN.replace('write', 'priority'),
  ]).toEqual(expect.arrayContaining([...summarize(all)]));
  expect(summarize(all)).toEqual(expect.arrayContaining([refusedAll(5, 'read')[0], UNKNOWN]));
});

test('sessions that end again and again give no 500, and no wrong answer', async () => {
  const all: Answer[] = [];
  for (let round = 0; round < 40; round += 1) {
    const asking = ask('read', 'write');
    await farm.endSessions();
    all.push(...(await asking));
  }
  for (const answer of all) expect(answer).not.toMatchObject({ status: 500 });
  await waitFor(async () => (await farm.readiness()) === '200');
  expect(await findLies(farm.sql, all)).toEqual([]);
}, 60_000);

test('statements that statement_timeout ends have changed nothing', async () => {
  await farm.sql`alter role of_the_api set statement_timeout = '1s'`;
  await farm.endSessions();
  await waitFor(async () => (await farm.readiness()) === '200');
  const all = await whileWaiting(() => undefined);
  expect(summarize(all)).toEqual(refusedAll(5, 'priority', 'read', 'signIn', 'write'));
  await farm.sql`alter role of_the_api reset statement_timeout`;
  await farm.endSessions();
}, 60_000);

test('a lock that is not to be had in time changes nothing, and the next try is soon', async () => {
  const { release } = await lock('jobs', 'share');
  const all = await askEverything(farm.asking, ['priority']);
  expect(summarize(all)).toEqual(refusedAll(1, 'priority'));
  await release();
}, 60_000);

test('a transaction that ends because its API was frozen has changed nothing', async () => {
  const countChanges = async () =>
    (await farm.sql`select from audit_log where action = 'setPriority' and outcome = 'done'`)
      .length;
  const before = await countChanges();
  const { release } = await lock('audit_log', 'access exclusive');
  const asking = ask('priority');
  const { pid } = await untilChangeWaits();
  farm.api.signal('SIGSTOP');
  await release();
  const left = () => farm.sql`select from pg_stat_activity where pid = ${pid}`;
  await waitFor(async () => (await left()).length === 0, { withinMs: 60_000 });
  farm.api.signal('SIGCONT');
  const all = await asking;
  const doneToo = all.filter(({ code }) => code === 'done').length;
  expect(summarize(all)).toContain(UNKNOWN.replace('write', 'priority'));
  expect(await countChanges()).toBe(before + doneToo);
}, 120_000);

/** With its next use, the token has a time of use that is to be saved. */
const forgetUse = () => farm.sql`update api_tokens set last_used_at = null`;

test('a read-only server answers reads and refuses changes, and the API is not ready', async () => {
  await forgetUse();
  await farm.sql`alter system set default_transaction_read_only = on`;
  await farm.sql`select pg_reload_conf()`;
  await waitFor(async () => (await farm.readiness()) !== '200');
  expect(await farm.readiness()).toBe(
    '503 The database takes no changes (a standby, or read-only); ' +
      'let DATABASE_URL lead to the primary.',
  );
  expect(summarize(await ask())).toEqual([
    ...refusedAll(5, 'priority'),
    'read: done',
    ...refusedAll(5, 'signIn', 'write'),
  ]);
  const writer = openSql(farm.server.url(), 1);
  await writer`set default_transaction_read_only = off`;
  await writer`alter system reset default_transaction_read_only`;
  await writer`select pg_reload_conf()`;
  await writer.end();
});

test('without a free connection everything is refused', async () => {
  await farm.sql`alter role of_the_api connection limit 0`;
  await farm.endSessions();
  await waitFor(async () => (await farm.readiness()).includes('no connection left'));
  expect(summarize(await ask())).toEqual(refusedAll(5, 'priority', 'read', 'signIn', 'write'));
  await farm.sql`alter role of_the_api connection limit -1`;
});

test('a login that the server no longer takes is told to the operator', async () => {
  await farm.sql`alter role of_the_api nologin`;
  await farm.endSessions();
  await waitFor(async () => (await farm.readiness()).includes('does not let this program in'));
  expect(summarize(await ask())).toEqual(refusedAll(5, 'priority', 'read', 'signIn', 'write'));
  await farm.sql`alter role of_the_api login`;
});

test('a deadlock is tried again and answered', async () => {
  const { sql, release } = await lock('audit_log', 'access exclusive');
  const asking = ask('priority');
  await untilChangeWaits();
  // The API waits for the audit log and holds the job. It has waited longer, so it looks first.
  await sql`update jobs set name = name where id = ${farm.asking.jobId}`.catch(() => undefined);
  await release();
  expect(summarize(await asking)).toEqual(['priority: done']);
}, 60_000);

test('a restart refuses all, and tells of no write that was done as refused', async () => {
  const all: Answer[] = [];
  const stopping = farm.server.stop().then(() => true);
  while (!(await Promise.race([stopping, ask().then((more) => void all.push(...more))])));
  expect(new Set(all.filter(({ code }) => code === 'internal'))).toEqual(new Set());
  expect(summarize(await ask())).toEqual(refusedAll(5, 'priority', 'read', 'signIn', 'write'));
  // The address still answers, as that of a failover proxy does.
  const explained = /^503 The database (ended the connection|cannot be)/;
  await waitFor(async () => explained.test(await farm.readiness()));
  await farm.server.startAgain();
  await waitFor(async () => (await farm.readiness()) === '200', { withinMs: 60_000 });
  expect(await findLies(farm.sql, all)).toEqual([]);
}, 120_000);

test('a standby answers reads, and after its promotion the same API takes changes', async () => {
  await forgetUse();
  await farm.server.stop();
  await makeStandby(farm.dataDir, null);
  await farm.server.startAgain();
  await waitFor(async () => (await farm.readiness()).startsWith('503 The database is a standby'));
  // A connection that saw the server start fails once more.
  const reads = async () => summarize(await ask('read'));
  await waitFor(async () => (await reads()).includes('read: done'));
  expect(summarize(await ask())).toEqual([
    ...refusedAll(5, 'priority'),
    'read: done',
    ...refusedAll(5, 'signIn', 'write'),
  ]);
  await promote(farm.server);
}, 120_000);
