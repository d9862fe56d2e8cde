import { randomUUID } from 'node:crypto';
import { databaseOfFile, waitFor } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { afterAll, onTestFinished } from 'vitest';
import { type ConnectOptions, connect } from '../src/connect.ts';

/**
 * An empty, migrated database for the tests of the calling file: its store, and the one connection
 * `sql` of its owner.
 */
export function openTestStore(options: ConnectOptions = {}) {
  const database = databaseOfFile();
  const store = connect(database.url, { name: 'store test', poolSize: 10, ...options });
  const sql = openSql(database.url, 1);
  afterAll(async () => {
    await store.close();
    await sql.end();
  });
  return { database, store, db: store.db, sql };
}

/** Asks again and again, until there is a row. Gives the first one. */
export const waitForRow = <Row>(
  query: () => PromiseLike<readonly Row[]>,
  options?: Parameters<typeof waitFor>[1],
) => waitFor(async () => (await query())[0], options);

/** A transaction on a connection of its own. `end`, or the end of the test, rolls it back. */
export async function openTransaction(connections: Sql) {
  const tx = await connections.reserve();
  let isOpen = true;
  const end = async () => {
    if (isOpen) await tx`rollback`;
    if (isOpen) tx.release();
    isOpen = false;
  };
  onTestFinished(end);
  await tx`begin`;
  return { tx, end };
}

/** Inserts a queued job and gives its id. */
export async function insertQueuedJob(sql: Sql, name = 'Intro'): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into jobs (id, name, submitted_by, max_attempts)
    values (${id}, ${name}, 'sam', 3)`;
  return id;
}

/** Writes a change of some job in a transaction of its own, and gives its id. */
export async function writeChange(sql: Sql): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    insert into job_changes (job_id, version, event, status_after, actor)
    values (${randomUUID()}, 1, 'submit', 'QUEUED', 'sam') returning id::text`;
  return row?.id ?? '';
}

/** Inserts a running job with its first attempt. */
export async function insertRunningJob(sql: Sql): Promise<{ id: string; attemptId: string }> {
  const id = await insertQueuedJob(sql);
  const attemptId = randomUUID();
  await sql`
    insert into attempts (id, job_id, number, host, worker_id, tree_marker)
    values (${attemptId}, ${id}, 1, 'render-01', ${randomUUID()}, 'marker')`;
  await sql`
    update jobs
    set status = 'RENDERING', attempts = 1, attempt_id = ${attemptId}, host = 'render-01',
      started_at = clock_timestamp(), lease_expires_at = clock_timestamp() + interval '30 s'
    where id = ${id}`;
  return { id, attemptId };
}
