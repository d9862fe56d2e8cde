/*
 * A dump is restored with PostgreSQL's own programs: into a new cluster, whose transaction ids are
 * far behind the restored ones, and into the same cluster under the same name.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from '@renderdeck/store/connect';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { openFixedAddress } from '@renderdeck/testing/fixed-address';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { findSystemPostgres } from '@renderdeck/testing/system-postgres';
import { expect, onTestFinished, test } from 'vitest';
import { startApi } from '../../testing/start-api.ts';
import { followChanges } from '../live/follow-changes.ts';
import { addTokenAndJob, mover } from './add-token-and-job.ts';

const CHANGES = 10;
const TRANSACTIONS = 3000;
const postgres = await findSystemPostgres();
const skipped = typeof postgres === 'string' ? ` (skipped: ${postgres})` : '';
const restores = test.skipIf(typeof postgres === 'string');

async function useTransactions(url: string, count: number): Promise<void> {
  const sql = openSql(url);
  await sql.unsafe(
    `do $$ begin
       for used in 1..${count} loop perform pg_current_xact_id(); commit; end loop;
     end $$`,
  );
  await sql.end();
}

async function createDatabase(url: string): Promise<void> {
  const sql = openSql(url);
  await sql`create database farm`;
  await sql.end();
}

/** A cluster whose database has changes of one job, an API on it, a client and a dump. */
async function startFarm() {
  if (typeof postgres === 'string') throw new Error(postgres);
  const folder = await temporaryFolder('restore');
  onTestFinished(() => folder.remove());
  const startCluster = async (name: string) => {
    await mkdir(join(folder.path, name));
    const cluster = await postgres.startCluster(join(folder.path, name));
    onTestFinished(cluster.stop);
    return cluster;
  };
  const cluster = await startCluster('first');
  await createDatabase(cluster.url('postgres'));
  const url = cluster.url('farm');
  await migrate(url);
  const { job, headers } = await addTokenAndJob(url);
  const address = await openFixedAddress(url);
  onTestFinished(address.close);
  await useTransactions(url, TRANSACTIONS);
  const api = await startApi({
    DATABASE_URL: address.through(url),
    RENDERDECK_LOG_LEVEL: 'silent',
    RENDERDECK_ADMIN_PASSWORD: 'an honest long password',
  });
  onTestFinished(async () => void (await api.end()));
  const client = followChanges(api.url, headers);
  onTestFinished(client.end);
  await waitFor(() => client.cursor() !== '');
  const moved = mover(api.url, headers, job.id);
  const move = async () => (await moved()).status;
  const dump = join(folder.path, 'first', 'farm.dump');
  return {
    address,
    api,
    client,
    cluster,
    headers,
    move,
    startCluster,
    async moveAll() {
      for (let change = 0; change < CHANGES; change += 1) expect(await move()).toBe(200);
    },
    dump: () => postgres.run('pg_dump', ['--format=custom', `--file=${dump}`, url]),
    restore: (into: string) =>
      postgres.run('pg_restore', ['--exit-on-error', '--no-acl', `--dbname=${into}`, dump]),
  };
}
type Farm = Awaited<ReturnType<typeof startFarm>>;

/** The versions that the client got after its last gap. */
function versionsSinceGap({ client }: Farm): number[] {
  const from = client.frames.findLastIndex(({ gap }) => gap === true);
  return client.frames.slice(from).flatMap(({ version }) => version ?? []);
}

/** Changes go on; the client gets a gap, then each of them once and none of the restored ones. */
async function expectNothingAgain(farm: Farm, url: string, restored: number): Promise<void> {
  const { client, move, moveAll } = farm;
  await waitFor(async () => (await move()) === 200);
  await waitFor(() => client.gaps() > 0);
  await moveAll();
  await useTransactions(url, 2 * TRANSACTIONS);
  await moveAll();
  const sql = openSql(url);
  const [row] = await sql`select max(version)::int as last from job_changes`;
  await waitFor(async () => (await queueCounts(sql)).in_force === true);
  expect(await queueCounts(sql)).toEqual({ in_force: true, length: '1', faults: '0' });
  await sql.end();
  await waitFor(() => client.versions().at(-1) === row?.last);
  const versions = versionsSinceGap(farm);
  expect(versions).toEqual([...new Set(versions)]);
  expect(Math.min(...versions)).toBeGreaterThan(restored);
  expect(versions.length).toBeGreaterThanOrEqual(2 * CHANGES);
}

async function queueCounts(sql: Sql) {
  const [row] = await sql`
    select (select in_force from queue_folds), queue_length() as length,
      (select count(*) from queue_faults()) as faults`;
  return row ?? {};
}

async function gapAfter({ api, headers }: Farm, cursor: string): Promise<boolean | undefined> {
  const client = followChanges(api.url, headers, cursor);
  await waitFor(() => client.frames.length > 0);
  await client.end();
  return client.frames[0]?.gap;
}

restores(
  `into a new cluster: one gap, and no history again${skipped}`,
  async () => {
    const farm = await startFarm();
    const { address, client, dump, moveAll, restore, startCluster } = farm;
    await moveAll();
    await waitFor(() => client.versions().length === CHANGES);
    const before = client.cursor();
    await dump();
    const other = await startCluster('second');
    await createDatabase(other.url('postgres'));
    await restore(other.url('farm'));
    const sql = openSql(other.url('farm'));
    // The counts of the other cluster do not count; positions come from the rows.
    expect(await queueCounts(sql)).toEqual({ in_force: false, length: '1', faults: '0' });
    await sql.end();
    await migrate(other.url('farm'));
    address.switchTo(other.url('farm'));
    await expectNothingAgain(farm, other.url('farm'), 1 + CHANGES);
    expect(await gapAfter(farm, before)).toBe(true);
    expect(await gapAfter(farm, client.cursor())).toBe(false);
  },
  180_000,
);

restores(
  `into the same cluster under the same name: a gap${skipped}`,
  async () => {
    const farm = await startFarm();
    const { client, cluster, dump, moveAll, restore } = farm;
    await moveAll();
    await waitFor(() => client.versions().length === CHANGES);
    const kept = client.cursor();
    await dump();
    await moveAll();
    await waitFor(() => client.versions().length === 2 * CHANGES);
    const lost = client.cursor();
    const sql = openSql(cluster.url('postgres'));
    await sql`drop database farm with (force)`;
    await sql.end();
    await createDatabase(cluster.url('postgres'));
    await restore(cluster.url('farm'));
    await migrate(cluster.url('farm'));
    await expectNothingAgain(farm, cluster.url('farm'), 1 + CHANGES);
    expect(await gapAfter(farm, kept)).toBe(true);
    expect(await gapAfter(farm, lost)).toBe(true);
  },
  180_000,
);
