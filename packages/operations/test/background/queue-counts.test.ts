/*
 * Positions come from counts that are folded from change rows. During any concurrent actions they
 * equal a count of the rows in the same snapshot.
 */
import { countQueueFaults, foldQueueCounts, recountQueue } from '@renderdeck/store';
import { pruneChanges } from '@renderdeck/store/extras';
import { randomOf, SEED } from '@renderdeck/testing/random';
import { expect, it } from 'vitest';
import {
  claimJob,
  keepQueueCounts,
  listJobs,
  previewPriority,
  releaseAttempt,
  repairQueueCounts,
  setPriority,
} from '../../src/index.ts';
import { aFarm, aQueuedJob, cancel, reports, WHOLE_LIST } from '../../testing/index.ts';
import { wrongPositions } from './wrong-positions.ts';

const farm = aFarm();
const { sql } = farm;
const CLIENTS = 6;
const ROUNDS = 20;

/**
 * Also removes rows that a test wrote by hand, so that the consistency check after it does not find
 * them.
 */
const clear = () => sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;

async function waiting(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1)
    ids.push((await aQueuedJob(farm, { priority: (made * 31) % 101 })).job.id);
  return ids;
}

/** Puts this many jobs behind the others, with keys far apart, as after years. */
async function waitingForYears(count: number): Promise<void> {
  await sql`
    with made as (
      insert into jobs (id, name, priority, submitted_by, max_attempts, queue_seq)
      select gen_random_uuid(), 'old', n % 101, 'sam', 3, 1000 + n * n * 7919::bigint
      from generate_series(1, ${count}) n returning id, queue_key)
    insert into job_changes (job_id, version, event, status_after, actor, q_to)
    select id, 1, 'submit', 'QUEUED', 'sam', queue_key from made`;
}

it('every position is exact while jobs are submitted, claimed, moved and cancelled', async () => {
  await recountQueue(farm.db);
  await waitingForYears(100);
  const ids = await waiting(20);
  let over = false;
  const client = async (number: number) => {
    const worker = await farm.worker();
    const random = randomOf(SEED + number);
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = random.pick(ids);
      switch ((round + number) % 5) {
        case 0:
          ids.push(...(await waiting(1)));
          break;
        case 1: {
          const claimed = await claimJob(worker, { leaseMs: 60_000 });
          if (claimed.ok && round % 2 === 0)
            await releaseAttempt(worker, {
              attempt: claimed.job,
              reports: reports(),
              why: 'Shut down.',
            });
          break;
        }
        case 2:
          await cancel(farm, id);
          break;
        default:
          await setPriority(farm.admin, {
            id,
            priority: random.between(0, 100),
            expectedVersion: null,
          });
      }
    }
  };
  let checks = 0;
  const check = async () => {
    for (; !over; checks += 1) {
      expect(await wrongPositions(sql)).toEqual([]);
      expect(await countQueueFaults(farm.db)).toBe(0);
    }
  };
  const fold = async () => {
    for (let round = 0; !over; round += 1)
      await (round % 7 === 6 ? recountQueue(farm.db) : foldQueueCounts(farm.db));
  };
  const aside = [check(), fold(), fold()];
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number))).finally(() => {
    over = true;
  });
  await Promise.all(aside);
  expect(checks).toBeGreaterThan(1);
  await foldQueueCounts(farm.db);
  expect(await wrongPositions(sql)).toEqual([]);
  expect(await countQueueFaults(farm.db)).toBe(0);
  await clear();
});

it('a page far down the list is the same with counts and without', async () => {
  await waitingForYears(3000);
  const read = async (skip: number) =>
    (await listJobs(farm, { ...WHOLE_LIST, skip, limit: 5 })).views.map(({ job, position }) => [
      job.id,
      position,
    ]);
  const SKIPS = [0, 999, 1000, 1500, 2998, 3000];
  const counted = [];
  for (const skip of SKIPS) counted.push(await read(skip));
  expect(await wrongPositions(sql), 'without counts').toEqual([]);
  expect(await keepQueueCounts(farm), 'the first time it counts').toBe(0);
  expect(await wrongPositions(sql), 'with counts').toEqual([]);
  await waiting(30);
  await sql.begin(async (tx) => {
    // The counts stay in force, because no trigger sees this deletion.
    await tx`set local session_replication_role = replica`;
    await tx`delete from jobs where queue_key is not null and name <> 'old'`;
    await tx`delete from job_changes where q_to is not null and id > 3000`;
  });
  for (const [index, skip] of SKIPS.entries()) expect(await read(skip)).toEqual(counted[index]);
  await clear();
});

it('a position, the length and a jump read only a small part of a long queue', async () => {
  await waitingForYears(3000);
  const [last] = await sql`select max(queue_key)::text as key from jobs`;
  const counts = () =>
    sql.begin(async (tx) => {
      // The counters of this session do not include what parallel workers read.
      await tx`set local max_parallel_workers_per_gather = 0`;
      const entries = async () => {
        const [row] = await tx`
          with tables as (
            select unnest(array['jobs', 'queue_counts', 'job_changes']::regclass[]) as oid)
          select sum(pg_stat_get_xact_tuples_returned(oid))::int as read from (
            select oid from tables
            union all select indexrelid from pg_index where indrelid in (select oid from tables)
          ) of_tables`;
        return Number(row?.read);
      };
      const before = await entries();
      await tx`select queue_length(), queue_edge(2500), queue_position(${last?.key}::bigint)`;
      return (await entries()) - before;
    });
  expect(await counts(), 'without counts').toBeGreaterThan(5900);
  await keepQueueCounts(farm);
  expect(await counts()).toBeLessThan(1500);
  await clear();
});

it('a restored row of counts is not in force, and foreign changes do not count', async () => {
  const ids = await waiting(5);
  await keepQueueCounts(farm);
  await sql`
    with dumped as (delete from queue_folds returning only_row, snap, after_id, folded_at, writer)
    select * from dumped`.then(async ([row]) => {
    await sql`
      insert into queue_folds (only_row, snap, after_id, folded_at, writer)
      values (true, ${row?.snap}, ${row?.after_id}, ${row?.folded_at}, ${row?.writer})`;
  });
  await sql`update job_changes set xid = (pg_current_xact_id()::text::bigint + 5000)::text::xid8`;
  await sql`delete from jobs where id = ${ids[0] ?? ''}`;
  expect(await wrongPositions(sql), 'counted, as there are no counts').toEqual([]);
  expect(await foldQueueCounts(farm.db)).toEqual({ kind: 'invalid' });
  await keepQueueCounts(farm);
  await waiting(2);
  expect(await wrongPositions(sql)).toEqual([]);
  expect(await foldQueueCounts(farm.db)).toEqual({ kind: 'folded', changes: 2 });
  expect(await countQueueFaults(farm.db)).toBe(0);
  await clear();
});

it('waiting jobs that somebody deletes by hand are not counted', async () => {
  const [first, second] = await waiting(5);
  await keepQueueCounts(farm);
  await sql`delete from jobs where id = ${first ?? ''}`;
  expect(await wrongPositions(sql)).toEqual([]);
  await keepQueueCounts(farm);
  await sql`update jobs set status = 'CANCELLED', ended_at = now() where id = ${second ?? ''}`;
  await recountQueue(farm.db);
  await sql`delete from jobs where id = ${second ?? ''}`;
  expect(await foldQueueCounts(farm.db), 'it waited no more').toMatchObject({ kind: 'folded' });
  await sql`truncate jobs cascade`;
  expect(await sql`select queue_length()::int as length`).toEqual([{ length: 0 }]);
  await clear();
});

it('rows written by hand are noticed, and the counts are corrected', async () => {
  const [id = ''] = await waiting(3);
  await keepQueueCounts(farm);
  expect(await repairQueueCounts(farm)).toBe(0);
  await sql`update jobs set priority = 99 where id = ${id}`;
  expect(await repairQueueCounts(farm)).toBeGreaterThan(0);
  expect(await repairQueueCounts(farm)).toBe(0);
  expect(await wrongPositions(sql)).toEqual([]);
  await clear();
});

it('pruning keeps the changes that no fold has seen', async () => {
  await waiting(2);
  await keepQueueCounts(farm);
  await waiting(3);
  const now = { olderThanMs: -60_000 };
  await sql`delete from database_incarnations`;
  let pruned = 0;
  // An open transaction of any database of this server, for example of another test, delays the
  // pruning.
  const prune = async () => {
    await listJobs(farm, WHOLE_LIST);
    pruned += await pruneChanges(farm.db, now.olderThanMs);
    return pruned;
  };
  await expect.poll(prune).toBe(2);
  expect(await wrongPositions(sql)).toEqual([]);
  await keepQueueCounts(farm);
  await expect.poll(prune).toBe(5);
  expect(await wrongPositions(sql)).toEqual([]);
  await clear();
});

it('a preview with counts shows what the change then does', async () => {
  const ids = await waiting(40);
  await keepQueueCounts(farm);
  for (const [index, id] of ids.entries()) {
    const priority = (index * 53) % 101;
    const preview = await previewPriority(farm, { id, priority, skip: 0, limit: 5 });
    const set = await setPriority(farm.admin, { id, priority, expectedVersion: null });
    if (!preview.ok || !set.ok) throw new Error('a queued job was refused');
    expect(set.receipt.position).toEqual(preview.preview.position);
    expect(preview.preview.queued).toBe(40);
  }
  await clear();
});
