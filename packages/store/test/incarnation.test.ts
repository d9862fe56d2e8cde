/*
 * Each promotion or restore of a database has its own incarnation, and every program may read it.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Store } from '../src/connect.ts';
import { readIncarnation } from '../src/index.ts';
import { openTestStore } from './open-test-store.ts';

const KEY = /^\d+-[1-9A-F][0-9A-F]*-\d+-\d+/;
const { database, sql: owner } = openTestStore();
let worker: Store;
beforeAll(async () => {
  worker = connect(await database.urlAs('renderdeck_worker'));
});
afterAll(() => worker.close());

it('a worker reads the incarnation, which stays the same', async () => {
  const incarnation = await readIncarnation(worker.db);
  expect(incarnation).toMatch(new RegExp(`${KEY.source}-0$`));
  const [control] = await owner`select system_identifier as id from pg_control_system()`;
  expect(incarnation).toContain(`${control?.id}-1-`);
  expect(await readIncarnation(worker.db)).toBe(incarnation);
  const [row] = await owner`select database_incarnation() || '-0' as same`;
  expect(row?.same).toBe(incarnation);
});

it('a table that is made again begins a new incarnation', async () => {
  const before = await readIncarnation(worker.db);
  await owner.begin(async (tx) => {
    await tx`create table again (like job_changes including all)`;
    await tx`drop table job_changes`;
    await tx`alter table again rename to job_changes`;
  });
  const after = await readIncarnation(worker.db);
  expect(after).toMatch(KEY);
  expect(after).not.toBe(before);
});
