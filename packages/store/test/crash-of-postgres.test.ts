/*
 * A crash of PostgreSQL, here because one of its processes is killed, may forget transactions that
 * were rolled back a moment before. PostgreSQL gives their ids to later transactions. A cursor that
 * was given out before the crash must not take these for seen.
 */
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { startLocalPostgres } from '@renderdeck/testing/standby';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../src/connect.ts';
import { parseCursor, readChangesSince } from '../src/index.ts';
import { migrate } from '../src/migrate.ts';
import { writeChange } from './open-test-store.ts';

async function openOwnServer() {
  const folder = await temporaryFolder('crash');
  const server = await startLocalPostgres({ dataDir: folder.path });
  await migrate(server.url());
  const store = connect(server.url());
  const sql = openSql(server.url(), 1);
  onTestFinished(async () => {
    await store.close();
    await sql.end();
    await server.stop();
    await folder.remove();
  });
  return { store, sql };
}

async function nextTransaction(sql: Sql): Promise<bigint> {
  const [row] = await sql<{ next: string }[]>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as next`;
  return BigInt(row?.next ?? 0);
}

async function rollBack(sql: Sql, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1)
    await sql.unsafe('begin; select pg_current_xact_id(); rollback').simple();
}

/** PostgreSQL ends all its processes and recovers, as after the OOM killer. */
async function crash(sql: Sql): Promise<void> {
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  process.kill(row?.pid ?? 0, 'SIGKILL');
  await waitFor(() =>
    nextTransaction(sql).then(
      () => true,
      () => false,
    ),
  );
}

it('no cursor from before a crash takes a later change for seen', async () => {
  const { store, sql } = await openOwnServer();
  const read = async (cursor: string | null) =>
    await readChangesSince(store.db, cursor === null ? null : parseCursor(cursor));
  let forgotten = 0n;
  for (let round = 0; forgotten < 3n && round < 20; round += 1) {
    await writeChange(sql);
    await rollBack(sql, 300);
    const [{ cursor }, before] = [await read(null), await nextTransaction(sql)];
    await crash(sql);
    await waitFor(() =>
      read(null).then(
        () => true,
        () => false,
      ),
    );
    forgotten = before - (await nextTransaction(sql));
    const written: string[] = [];
    while ((await nextTransaction(sql)) < before + 3n) written.push(await writeChange(sql));
    const { gap, changes } = await read(cursor);
    expect({ gap, ids: changes.map(({ id }) => id) }).toEqual({ gap: false, ids: written });
  }
  // The crash has made what this test is about.
  expect(forgotten).toBeGreaterThanOrEqual(3n);
}, 240_000);
