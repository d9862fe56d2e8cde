/*
 * Row-level security does not make plans worse. With a host's own login a claim is one step into
 * the queue, and a shared login has the plans of a database without policies. The tests explain the
 * real statements on a connection of the login.
 */
import { randomUUID } from 'node:crypto';
import { TRANSITIONS } from '@renderdeck/domain';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Database, type Store } from '../src/connect.ts';
import { hostLoginSql } from '../src/host-login-sql.ts';
import { claimNextJob, findHeldLeases, findJobWithAttempts, readJobSecrets } from '../src/index.ts';
import { openTestStore } from './open-test-store.ts';
import { explain, plansOf } from './record-texts.ts';

const HOST = 'ae-01';
const QUEUED = 20_000;
const { database, sql: owner } = openTestStore();
let own: Sql;
let shared: Sql;
let store: Store;
beforeAll(async () => {
  const login = `${new URL(database.url).pathname.slice(1)}_host`;
  const password = 'of this test alone';
  await owner.unsafe(hostLoginSql({ host: HOST, login, password }));
  const url = database.urlWith(login, password);
  own = openSql(url);
  shared = openSql(await database.urlAs('renderdeck_api'));
  store = connect(url);
  await owner`
    insert into jobs (id, name, submitted_by, max_attempts, status)
    select gen_random_uuid(), 'Intro', 'sam', 3, case when n <= ${QUEUED} then 'QUEUED'
      else 'COMPLETED' end from generate_series(1, ${QUEUED * 2}) n`;
  await owner`insert into job_definitions select id, '{}' from jobs`;
  await owner`
    insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome)
    select gen_random_uuid(), id, 1, 'ae-09', gen_random_uuid(), 'x', 'completed' from jobs
    where queue_key is null`;
  await owner`analyze`;
});
afterAll(async () => {
  await store.close();
  for (const sql of [own, shared]) await sql.end();
});

const claim = () => ({
  attemptId: randomUUID(),
  workerId: randomUUID(),
  host: HOST,
  identity: {
    hostId: randomUUID(),
    machineId: null,
    hardwareId: null,
    bootId: 'boot',
    pidNamespace: null,
  },
  tags: [],
  treeMarker: 'x',
  leaseMs: 30_000,
});

/** The plan of a statement on the host's own login. The statement is not run. */
async function planOf(statement: (db: Database) => Promise<unknown>): Promise<string> {
  // No row comes back, and some statements expect one.
  const [plan] = await plansOf(own, (db) => statement(db).catch(() => undefined));
  if (plan === undefined) throw new Error('no statement was sent');
  return plan;
}

it('a claim with a login of its own takes the first job, by the index of claims', async () => {
  const plan = await planOf((db) => claimNextJob(db, claim()));
  expect(plan).toMatch(/Index Scan using jobs_claimable on jobs/);
  expect(plan).not.toMatch(/Seq Scan on (jobs|attempts|job_definitions)/);
  const [first] = await owner`
    select id from jobs where queue_key is not null order by queue_key limit 1`;
  const { claimed: taken } = await claimNextJob(store.db, claim());
  expect(taken?.jobId).toBe(first?.id);
  const [claimed] = await owner`select status, host_login is not null as own from jobs
    where id = ${String(first?.id)}`;
  expect(claimed).toEqual({ status: TRANSITIONS.claim.to, own: true });
});

it.each([
  ['all leases', (db: Database) => findHeldLeases(db)],
  [
    'the secrets of a job',
    (db: Database) => {
      const ids = { jobId: randomUUID(), attemptId: randomUUID() };
      return readJobSecrets(db, { ...ids, workerId: randomUUID(), hostId: randomUUID() });
    },
  ],
])('a login of its own reads %s by indexes', async (_what, statement) => {
  expect(await planOf(statement)).not.toMatch(/Seq Scan on (jobs|attempts)\b/);
});

it('a job is read with its attempts by indexes, and a shared login has no policy', async () => {
  const read = 'select * from jobs j left join attempts a on a.job_id = j.id where j.id = $1';
  for (const by of [own, shared])
    expect(await explain(by, read, [randomUUID()])).not.toMatch(/Seq Scan/);
  const count = 'select count(*) from jobs where queue_key < $1';
  expect(await explain(shared, count, ['9'.repeat(15)])).toMatch(
    /Index Only Scan using jobs_in_order/,
  );
  const [row] = await owner`select id from jobs where status = 'COMPLETED' limit 1`;
  expect(await findJobWithAttempts(store.db, String(row?.id))).toBeNull();
});
