/*
 * `migrate` takes and grants rights all at once, so running workers and APIs keep their rights. It
 * ends with its connection.
 */
import { databaseOfFile } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../src/migrate.ts';
import { openTransaction, waitForRow } from './open-test-store.ts';

const database = databaseOfFile();
const owner = openSql(database.url, 2);
let worker: Sql;
beforeAll(async () => {
  worker = openSql(await database.urlAs('renderdeck_worker'), 1);
});
afterAll(async () => {
  for (const sql of [owner, worker]) await sql.end();
});

const isOpenToAll = async () =>
  (
    await owner`select proacl::text ~ '[{,]=X/' as open from pg_proc where proname = 'is_guarded'`
  )[0]?.open;

it('a worker works while rights are set, and also if migrate dies in the middle', async () => {
  // The state before a version that takes these rights from everyone.
  await owner`grant execute on all functions in schema public to public`;
  await owner`revoke execute on all functions in schema public from renderdeck_worker`;
  const { tx: held, end: letGo } = await openTransaction(owner);
  await held`revoke select on jobs from renderdeck_api`;
  const migrating = migrate(database.url).catch((error: unknown) => error);
  const { pid } = await waitForRow(
    () => owner<{ pid: number }[]>`select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
        and query like '%from renderdeck_api%'`,
    { what: 'migrate to wait in the middle of its grants' },
  );
  expect(await worker`select is_guarded() as guarded`).toEqual([{ guarded: false }]);
  await owner`select pg_terminate_backend(${pid})`;
  expect(await migrating).toBeInstanceOf(Error);
  await letGo();
  expect(await worker`select is_guarded() as guarded`).toEqual([{ guarded: false }]);
  expect(await isOpenToAll()).toBe(true);

  await migrate(database.url);
  expect(await worker`select is_guarded() as guarded`).toEqual([{ guarded: false }]);
  expect(await isOpenToAll()).toBe(false);
});

it('migrate ends when its connection is lost, and does not go on without its lock', async () => {
  const held = await owner.reserve();
  await held`select pg_advisory_lock(7702)`;
  onTestFinished(async () => {
    await held`select pg_advisory_unlock(7702)`;
    held.release();
  });
  const migrating = migrate(database.url);
  const ended = expect(migrating).rejects.toThrow(
    'The connection to the database was lost. Every step that had ended stays done. ' +
      'Run migrate again: it goes on after these.',
  );
  await waitForRow(
    () => owner`select pg_terminate_backend(pid) as ended from pg_stat_activity
      where datname = current_database() and application_name = 'renderdeck migrate'
        and state = 'idle' and query like '%pg_try_advisory_lock%'`,
    { everyMs: 5, what: 'migrate to pause between two tries' },
  );
  await ended;
});
