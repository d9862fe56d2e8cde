/*
 * A dump brings changes with the transaction ids of another cluster. They may lie ahead of this
 * cluster, which reaches them one by one later. No reader gets them again.
 */
import { readJobChanges } from '@renderdeck/operations';
import { pruneOldChanges } from '@renderdeck/operations/extras';
import { waitFor } from '@renderdeck/testing';
import { expect, test } from 'vitest';
import { farmOfFile } from '../../testing/open-farm.ts';

const DAY_MS = 86_400_000;
const AHEAD = 40;
const farm = farmOfFile();

const start = async () => (await readJobChanges(farm, { cursor: null })).cursor;
/** No transaction runs beside it in the whole cluster, which a test shares with others. */
const quietStart = () =>
  waitFor(async () => {
    const cursor = await start();
    return cursor.endsWith(':') && cursor;
  });
const namesSince = async (cursor: string) => {
  const read = await readJobChanges(farm, { cursor });
  expect(read.gap).toBe(false);
  return read.changes.map(({ view }) => view.job.name);
};
const useTransactions = async (count: number) => {
  for (let used = 0; used < count; used += 1) await farm.sql`select pg_current_xact_id()`;
};

/** Makes the database look like one that a dump has just filled. */
async function restore(): Promise<void> {
  await farm.submit('restored');
  await farm.submit('restored, pruned');
  await farm.sql`
    update job_changes
    set xid = (pg_current_xact_id()::text::bigint + ${AHEAD} * (1 + id % 2))::text::xid8`;
  await farm.sql`
    insert into job_changes_forgotten (xid)
    values ((pg_current_xact_id()::text::bigint + ${AHEAD})::text::xid8)`;
  await farm.sql`delete from database_incarnations`;
}

test('restored changes never come, before and after the cluster reaches their ids', async () => {
  await restore();
  const first = await start();
  expect(await namesSince(first)).toEqual([]);
  await farm.submit('new');
  expect(await namesSince(first)).toEqual(['new']);
  const between = await start();
  await useTransactions(3 * AHEAD);
  expect(await namesSince(first)).toEqual(['new']);
  expect(await namesSince(between)).toEqual([]);
});

test('of several processes that see a new incarnation at once one begins it', async () => {
  await farm.sql`delete from database_incarnations`;
  const cursors = await Promise.all(Array.from({ length: 8 }, start));
  expect(new Set(cursors.map((cursor) => cursor.split('/')[0])).size).toBe(1);
  expect(await farm.sql`select count(*)::int as n from database_incarnations`).toEqual([{ n: 1 }]);
});

test('restored changes are pruned by age; pruned ones of this incarnation are a gap', async () => {
  const from = await start();
  await farm.submit('old');
  await farm.sql`update job_changes set at = at - interval '2 days'`;
  const between = await quietStart();
  await farm.submit('young');
  // A transaction of any database of this server, as of another test, holds up the pruning.
  const prune = async () => {
    await pruneOldChanges(farm, { olderThanMs: DAY_MS });
    return await farm.sql`select count(*)::int as n from job_changes`;
  };
  await expect.poll(prune).toEqual([{ n: 1 }]);
  expect(await readJobChanges(farm, { cursor: from })).toMatchObject({ gap: true });
  expect(await namesSince(between)).toEqual(['young']);
});

test('changes restored into an open incarnation are seen while their ids lie ahead', async () => {
  const from = await start();
  await farm.submit('ahead');
  await farm.sql`
    update job_changes set xid = (pg_current_xact_id()::text::bigint + 1000)::text::xid8
    where id = (select max(id) from job_changes)`;
  expect(await namesSince(from)).toEqual([]);
});
