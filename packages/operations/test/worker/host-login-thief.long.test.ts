/*
 * A thief with the login of one host, on real servers, tries everything that the catalogue names:
 * each function, called and attached as a trigger; each table, view, column and sequence; each role
 * and session; each channel. Nothing of another host or of the farm changes, and the thief reads no
 * secret. It tries the triggers again with the right to make temporary tables, and with the right
 * to call every function.
 * Long because: all tries share a farm.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCESS_CHANNEL, QUEUE_CHANNEL, STOPS_CHANNEL } from '@renderdeck/store';
import { migrate } from '@renderdeck/store/connect';
import { temporaryFolder, testDatabase, waitFor } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFarmToRob, type FarmToRob } from './thief/a-farm-to-rob.ts';
import {
  digest,
  type Relation,
  type Routine,
  readRelations,
  readRoutines,
  readRows,
  tablesOf,
} from './thief/catalogue.ts';
import { unboundedFunctions } from './thief/public-functions.ts';
import {
  callsOf,
  changesOf,
  type Group,
  heavyLocks,
  type Known,
  OWN_THINGS,
  readsOf,
  roleTries,
  sequenceTries,
  triggerTries,
  tryAll,
} from './thief/tries.ts';

const LONG_MS = 300_000;
const CHANNELS = [ACCESS_CHANNEL, QUEUE_CHANNEL, STOPS_CHANNEL];
/** Functions of PostgreSQL that wait for other sessions or for time. */
const WAITS = /sleep|advisory|_lock/;
const installed = await findSystemPostgres();

async function bundledServer() {
  const database = await testDatabase();
  return { url: database.url, urlWith: database.urlWith, close: () => database.drop() };
}

async function installedServer() {
  if (typeof installed === 'string') throw new Error(installed);
  const folder = await temporaryFolder('thief');
  const cluster = join(folder.path, 'cluster');
  await mkdir(cluster);
  const server = await installed.startCluster(cluster);
  const maintenance = openSql(server.url('postgres'), 1);
  await maintenance`create database farm`;
  await maintenance.end();
  const url = server.url('farm');
  await migrate(url);
  const urlWith = (username: string, password: string) =>
    Object.assign(new URL(url), { username, password }).href;
  const close = async () => {
    await server.stop();
    await folder.remove();
  };
  return { url, urlWith, close };
}

describe.each([
  ['the bundled server', bundledServer, false],
  [`the installed server`, installedServer, typeof installed === 'string'],
] as const)('on %s', (_name, start, isMissing) => {
  if (isMissing) return it.skip(`cannot run here: ${String(installed)}`);
  let server: Awaited<ReturnType<typeof start>>;
  let farm: FarmToRob;
  let relations: readonly Relation[];
  let routines: readonly Routine[];
  let known: Known;
  beforeAll(async () => {
    server = await start();
    farm = await aFarmToRob(server.url, server.urlWith);
    relations = await readRelations(farm.owner);
    routines = await readRoutines(farm.owner);
    const rows = await readRows(farm.owner, relations);
    const hidden = /secrets|users|sessions|tokens/;
    const { thief, victim, shared, waiting } = farm;
    const jobs = [thief, victim, shared].map(({ jobId }) => jobId);
    const attempts = [thief, victim, shared].map(({ attemptId }) => attemptId);
    known = {
      rows: new Map([...rows].map(([name, of]) => [name, hidden.test(name) ? [] : of])),
      ids: [...jobs, ...attempts, waiting],
      own: [thief.host, thief.jobId],
      names: [thief.host, victim.host, shared.host, victim.login],
      pids: [farm.victimPid],
      relations,
    };
  }, LONG_MS);
  afterAll(async () => {
    await farm?.close();
    await server?.close();
  });

  /** How often the thief could attach a function to a table. */
  let attached = 0;
  const state = () => digest(farm.owner, relations, farm.thief.login);
  /** Runs the tries. Gives what they changed of others, and which statements showed a secret. */
  async function rob(tries: readonly (string | Group)[]) {
    const before = await state();
    const answers = await tryAll(farm.sql, tries);
    const after = await state();
    const changed = Object.keys(after).filter((part) => before[part] !== after[part]);
    const leaks = answers.flatMap(({ statement, seen }) =>
      farm.secrets.some((secret) => seen.includes(secret) && !statement.includes(secret))
        ? [statement.slice(0, 100)]
        : [],
    );
    if (answers.some(({ statement, isDone }) => isDone && statement.includes('create trigger')))
      attached += 1;
    return { changed, leaks };
  }
  const NOTHING = { changed: [], leaks: [] };
  /** For each item, what its tries changed or showed, by its name; empty if nothing. */
  async function robEach<One>(
    all: readonly One[],
    of: (one: One) => readonly (string | Group)[],
    name: (one: One) => string,
  ) {
    const found: Record<string, object> = {};
    for (const one of all) {
      const result = await rob(of(one));
      if (result.changed.length + result.leaks.length > 0) found[name(one)] = result;
    }
    return found;
  }
  const ours = (isTrigger: boolean) =>
    routines.filter((one) => one.isOurs && one.isTrigger === isTrigger);
  /** `isQuick`: only tables that have a trigger of ours. */
  const forms = (isQuick: boolean) =>
    tablesOf(relations).filter(
      ({ name }) => !isQuick || ours(true).some(({ triggerOf }) => triggerOf.includes(name)),
    );
  const attachEach = (isQuick = false) =>
    robEach(
      ours(true),
      (routine) => forms(isQuick).map((table) => triggerTries(routine, table, known, isQuick)),
      ({ signature }) => signature,
    );
  const callEach = () =>
    robEach(
      ours(false),
      (routine) => callsOf(routine, known),
      ({ signature }) => signature,
    );

  it('a function that it calls', { timeout: LONG_MS }, async () => {
    expect(await callEach()).toEqual({});
  });

  it('a function that it attaches to a table', { timeout: LONG_MS }, async () => {
    expect(await attachEach()).toEqual({});
  });

  it('a function of PostgreSQL', { timeout: LONG_MS }, async () => {
    const theirs = routines.filter(
      ({ isOurs, isTrigger, isReadOnly, name }) =>
        !isOurs && !isTrigger && !(isReadOnly && !/xml|stat/.test(name)) && !WAITS.test(name),
    );
    expect(theirs.length).toBeGreaterThan(100);
    expect(await rob(theirs.flatMap((routine) => callsOf(routine, known, 8)))).toEqual(NOTHING);
  });

  it('each function of PostgreSQL that every login may call is bounded', async () => {
    expect(await unboundedFunctions(farm.owner)).toEqual([]);
  });

  it('a table, a view or a column', { timeout: LONG_MS }, async () => {
    expect(await rob(relations.flatMap((one) => readsOf(one)))).toEqual(NOTHING);
    const found = await robEach(
      tablesOf(relations),
      (table) => changesOf(table, known),
      ({ name }) => name,
    );
    expect(found).toEqual({});
  });

  it('a sequence, a role, a session, a thing of its own', { timeout: LONG_MS }, async () => {
    const sequences = relations.filter(({ kind, isOurs }) => kind === 'sequence' && isOurs);
    expect(sequences.length).toBeGreaterThan(3);
    expect(await rob(sequences.flatMap(sequenceTries))).toEqual(NOTHING);
    const roles =
      await farm.owner`select rolname from pg_roles where rolname <> ${farm.thief.login}`;
    const names = roles.map(({ rolname }) => String(rolname));
    expect(await rob(roleTries(names, known.pids))).toEqual(NOTHING);
    expect(await farm.victim.worker.db.execute('select 1')).toHaveLength(1);
    const refused = await tryAll(farm.sql, [...OWN_THINGS, ...heavyLocks(tablesOf(relations))]);
    expect(refused.filter(({ isDone }) => isDone).map(({ statement }) => statement)).toEqual([]);
  });

  it('a lock: the thief holds all locks that it may take, and the farm works', {
    timeout: LONG_MS,
  }, async () => {
    const held = await farm.sql.reserve();
    await held.unsafe('begin');
    for (const { name } of tablesOf(relations))
      await held
        .unsafe(`savepoint s; select * from ${name} for update; release s`)
        .catch(() => held.unsafe('rollback to s'));
    await held`select count(pg_try_advisory_lock(n)) from generate_series(7000, 8000) n`;
    try {
      await farm.useFarm();
    } finally {
      await held.unsafe('rollback');
      held.release();
    }
  });

  it('a channel shows the thief no secret', async () => {
    const heard: string[] = [];
    const ears = openSql(farm.thief.url, 1);
    for (const channel of CHANNELS)
      await ears.listen(channel, (payload) => void heard.push(`${channel} ${payload}`));
    // New work is notified only while a host is idle, and not behind a job that waits for long.
    await farm.owner`update render_hosts set last_heard_at = clock_timestamp()`;
    await farm.owner`update jobs set created_at = clock_timestamp() where queue_key is not null`;
    await farm.useFarm();
    await farm.owner`select pg_notify(${QUEUE_CHANNEL}, 'the last one')`;
    await waitFor(() => heard.some((one) => one.endsWith('the last one')));
    await ears.end();
    const channels = new Set(heard.slice(0, -1).map((one) => one.split(' ')[0]));
    expect(channels).toEqual(new Set([QUEUE_CHANNEL, STOPS_CHANNEL]));
    expect(heard.filter((one) => farm.secrets.some((secret) => one.includes(secret)))).toEqual([]);
  });

  it('with the right to make temporary tables nothing changes either', {
    timeout: LONG_MS,
  }, async () => {
    const { login } = farm.thief;
    await farm.owner.unsafe(`grant temporary on database "${database()}" to "${login}"`);
    expect(await attachEach()).toEqual({});
    expect(await callEach()).toEqual({});
  });

  it('with the right to call each trigger function nothing changes either', {
    timeout: LONG_MS,
  }, async () => {
    const { login } = farm.thief;
    await farm.owner.unsafe(`grant temporary on database "${database()}" to "${login}"`);
    attached = 0;
    for (const { signature } of ours(true))
      await farm.owner.unsafe(`grant execute on function ${signature} to "${login}"`);
    expect(await attachEach(true)).toEqual({});
    expect(attached).toBe(ours(true).length);
  });
  const database = () => new URL(server.url).pathname.slice(1);
});
