/*
 * A farm whose hosts have logins of their own, on an installed PostgreSQL. It is dumped and
 * restored into another cluster with PostgreSQL's own programs (docs/postgres.md).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, migrate } from '@renderdeck/store/connect';
import { hostLoginSql } from '@renderdeck/store/host-login-sql';
import { temporaryFolder } from '@renderdeck/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { claimJob, registerHost, submitJob } from '../../src/index.ts';
import {
  aRequestContext,
  aWorker,
  expectDone,
  HOST_FACTS,
  NEXRENDER_JOB,
} from '../../testing/index.ts';

const PASSWORD = 'of this test alone';
const postgres = await findSystemPostgres();
const skipped = typeof postgres === 'string' ? ` (skipped: ${postgres})` : '';

/** A connection of the owner or of a login. It ends with the test. */
function open(url: string, login?: string) {
  const sql = openSql(
    login === undefined
      ? url
      : Object.assign(new URL(url), { username: login, password: PASSWORD }).href,
  );
  onTestFinished(() => sql.end());
  return sql;
}

/** Submits a job, which the host of this name claims with its own login. */
async function claimOn(url: string, host: string): Promise<void> {
  const store = connect(url);
  const own = connect(
    Object.assign(new URL(url), { username: `host_${host}`, password: PASSWORD }).href,
  );
  try {
    const submission = { name: 'Intro', priority: 50, nexrenderJob: NEXRENDER_JOB, limits: {} };
    expectDone(await submitJob(aRequestContext(store.db), submission));
    const worker = aWorker(own.db, host);
    const facts = { facts: HOST_FACTS, uptimeMs: 0, isRunning: async () => false };
    expectDone(await registerHost(worker, facts));
    expectDone(await claimJob(worker, { leaseMs: 30_000 }));
  } finally {
    await own.close();
    await store.close();
  }
}

const addHost = async (url: string, host: string) =>
  void (await openOnce(url, hostLoginSql({ host, login: `host_${host}`, password: PASSWORD })));

async function openOnce(url: string, statement: string): Promise<void> {
  const sql = openSql(url, 1);
  await sql.unsafe(statement).finally(() => sql.end());
}

test.skipIf(typeof postgres === 'string')(
  `a restored farm keeps the limits of its logins${skipped}`,
  async () => {
    if (typeof postgres === 'string') throw new Error(postgres);
    const folder = await temporaryFolder('host-logins');
    onTestFinished(() => folder.remove());
    const clusters = [];
    for (const name of ['first', 'second']) {
      await mkdir(join(folder.path, name));
      const cluster = await postgres.startCluster(join(folder.path, name));
      onTestFinished(cluster.stop);
      await openOnce(cluster.url('postgres'), 'create database farm');
      clusters.push(cluster.url('farm'));
    }
    const [first = '', second = ''] = clusters;
    await migrate(first);
    for (const host of ['a', 'b']) await addHost(first, host);
    await claimOn(first, 'a');

    const dump = join(folder.path, 'first', 'farm.dump');
    await postgres.run('pg_dump', ['--format=custom', `--file=${dump}`, first]);
    const restore = () =>
      postgres.run('pg_restore', ['--exit-on-error', '--no-acl', `--dbname=${second}`, dump]);
    await openOnce(second, 'create role renderdeck_host nologin');
    await restore();
    await migrate(second);
    for (const host of ['a', 'b']) await addHost(second, host);
    const seenBy = (host: string) => open(second, `host_${host}`)`select host from attempts`;
    expect([...(await seenBy('a'))]).toEqual([{ host: 'a' }]);
    expect([...(await seenBy('b'))]).toEqual([]);
    await claimOn(second, 'b');
    expect([...(await seenBy('b'))]).toEqual([{ host: 'b' }]);
    const [row] = await open(second)`select count(*)::int as rows from attempts`;
    expect(row).toEqual({ rows: 2 });
  },
  180_000,
);

test.skipIf(typeof postgres === 'string')(
  `a host's own login stops no backup by the owner${skipped}`,
  async () => {
    if (typeof postgres === 'string') throw new Error(postgres);
    const folder = await temporaryFolder('large-objects');
    onTestFinished(() => folder.remove());
    const cluster = await postgres.startCluster(folder.path);
    onTestFinished(cluster.stop);
    const superuser = open(cluster.url('postgres'));
    await superuser.unsafe(`create role farm_owner login createrole password '${PASSWORD}'`);
    await superuser`create database farm owner farm_owner`;
    const url = Object.assign(new URL(cluster.url('farm')), {
      username: 'farm_owner',
      password: PASSWORD,
    }).href;
    let warning = '';
    const warn = (message: string) => {
      warning = message;
    };
    await migrate(url, warn);
    await addHost(url, 'a');
    const host = open(url, 'host_a');
    const makeOne = () => host`select lo_from_bytea(0, 'x')`;
    const dump = (...args: string[]) => postgres.run('pg_dump', [...args, '--file=/dev/null', url]);
    // A farm from before: only a superuser can forbid it, and nobody has. The owner had no right to
    // the objects of a host.
    await makeOne();
    await superuser.unsafe('revoke host_a from farm_owner');
    await expect(dump()).rejects.toThrow(/permission denied for large object/);
    await dump('-B');
    await migrate(url, warn);
    const remedies = [...warning.matchAll(/have "(.*?)" run by/g)].map(([, remedy = '']) => remedy);
    expect(remedies).toHaveLength(2);
    await openOnce(cluster.url('farm'), remedies.join('; '));
    await dump();
    await expect(makeOne()).rejects.toMatchObject({ code: '42501' });
    warning = '';
    await migrate(url, warn);
    expect(warning).toBe('');
  },
);
