/*
 * The measures: each fact counts once, and their numbers equal those of the raw rows, before and
 * after the fold.
 */
import { measureAttempts } from '@renderdeck/store/extras';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { getMeasures, measureNewAttempts, readFarmTotals } from '../../src/extras.ts';
import {
  aCancellingJob,
  aCompletedJob,
  acknowledge,
  aFailedJob,
  aFarm,
  anExpiredJob,
  aRunningJob,
  prove,
  recoverExpired,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const context = { db: farm.db };
const measure = () => measureNewAttempts(context, { mayGoOn: () => true });
const read = async () => {
  const {
    at: _,
    hosts,
    queue,
    waiting,
    ...measures
  } = await getMeasures(context, {
    range: '24h',
  });
  const { withQueued, ...claimed } = waiting;
  return { ...measures, waiting: claimed };
};
const rows = () => farm.sql`select * from measures order by name, hour, part, at_most_ms`;

/** The same numbers, computed from the raw rows in another way. */
async function recount() {
  const ended = await farm.sql<{ outcome: string; count: number }[]>`
    select outcome, count(*)::int as count from attempts where outcome is not null group by 1`;
  const [stops] = await farm.sql<{ asked: number; proven: number; waited: number }[]>`
    select count(*) filter (where stop_attempt_id is not null)::int as asked,
      count(*) filter (where stop_attempt_id is not null and not exists (
        select from attempts a where a.job_id = jobs.id and a.confirmed_at is null))::int as proven,
      count(*) filter (where attempts > 0)::int as waited from jobs`;
  return { ended: Object.fromEntries(ended.map(({ outcome, count }) => [outcome, count])), stops };
}

it('the measures equal the rows, whenever and however often they are folded', async () => {
  await aCompletedJob(farm, { worker });
  await aFailedJob(farm, { worker });
  const stopping = await aCancellingJob(farm, { worker });
  const expired = await anExpiredJob(farm, { worker });
  await recoverExpired(farm);
  await aRunningJob(farm, { worker });
  const before = await read();
  const { ended, stops } = await recount();
  expect(before.ended).toMatchObject(ended);
  expect(ended).toMatchObject({ completed: 1, failed: 1, lost: 1 });
  expect(before.waiting.count).toBe(stops?.waited);
  expect(before.stops).toMatchObject({ asked: 1, proven: 0, notProven: 0 });

  await Promise.all([measure(), measure(), measure()]);
  const folded = await rows();
  expect(await read()).toEqual(before);
  await measure();
  expect(await rows()).toEqual(folded);

  await acknowledge(stopping);
  const proven = await read();
  expect(proven.stops).toMatchObject({ asked: 1, proven: 1, notProven: 0 });
  expect(proven.stops.timeToDead.count).toBe(1);
  expect(proven.stops.timeToClean.count).toBe(1);
  await measure();
  expect(await read()).toEqual(proven);
  expect((await recount()).stops).toMatchObject({ asked: 1, proven: 1 });
  const [{ left = -1 } = {}] = await farm.sql<{ left: number }[]>`
    select count(*)::int as left from attempts where measured < 64`;
  expect(left).toBe(2); // one runs, one is lost without a proof
  expect(expired.id).toBeTruthy();
});

it('a stop that is not proven in time counts as not proven until its proof comes', async () => {
  const asked = await aCancellingJob(farm, { worker, leaseMs: 0 });
  await recoverExpired(farm);
  const { notProven } = (await read()).stops;
  await farm.sql`
    update jobs set stop_requested_at = stop_requested_at - interval '40 seconds'
    where id = ${asked.id}`;
  expect((await read()).stops.notProven).toBe(notProven + 1);
  await measure();
  expect((await read()).stops.notProven).toBe(notProven + 1);
  await prove(asked);
  await measure();
  const { stops } = await read();
  expect(stops.notProven).toBe(notProven);
  expect(stops.askToProof.p95Ms).toBeGreaterThanOrEqual(40_000);
});

it('an attempt that its worker is changing counts the next time, and no one waits', async () => {
  const { attemptId } = await aRunningJob(farm, { worker });
  const { rollBack } = await holdOpen(farm.db, (tx) =>
    tx.execute(`select from attempts where id = '${attemptId}' for update`),
  );
  await measure();
  const measured = () => farm.sql`select measured from attempts where id = ${attemptId}`;
  expect(await measured()).toMatchObject([{ measured: 0 }]);
  await rollBack();
  await measure();
  expect(await measured()).toMatchObject([{ measured: 1 }]);
});

it('two processes that fold at once count nothing twice, even if one of them ends', async () => {
  await aFailedJob(farm, { worker });
  const before = await read();
  for (const end of ['rollBack', 'commit'] as const) {
    const fold = await holdOpen(farm.db, (tx) => measureAttempts(tx));
    const unchanged = await rows();
    await measure();
    expect(await rows()).toEqual(unchanged);
    expect(await read()).toEqual(before);
    await fold[end]();
    expect(await read()).toEqual(before);
  }
  await Promise.all([measure(), measure()]);
  expect(await read()).toEqual(before);
});

it('a render across an hour counts in both hours, and the metrics outlive the rows', async () => {
  const long = await aCompletedJob(farm, { worker: await farm.worker('render-09') });
  await farm.sql`
    update attempts set
      created_at = date_trunc('hour', clock_timestamp(), 'UTC') - interval '90 minutes',
      ended_at = date_trunc('hour', clock_timestamp(), 'UTC') - interval '30 minutes'
    where id = ${long.attemptId}`;
  const hosts = async () =>
    (await getMeasures(context, { range: '24h' })).hosts.find(({ host }) => host === 'render-09');
  const unfolded = await hosts();
  expect(unfolded?.busyMsByStep.slice(-3)).toEqual([1_800_000, 1_800_000, 0]);
  expect(unfolded?.busyMs).toBe(3_600_000);
  await measure();
  const folded = await hosts();
  expect(folded?.busyMsByStep).toEqual(unfolded?.busyMsByStep);

  const bounds = [10, 60_000];
  const { stops } = await readFarmTotals(context, { boundsMs: bounds });
  const [paces] = await farm.sql`select sum(renders)::int as renders from render_paces`;
  // Of the template, the submitter and the farm.
  expect(paces).toMatchObject({ renders: 6 });
  await farm.sql`delete from jobs where status in ('COMPLETED', 'CANCELLED')`;
  const after = (await readFarmTotals(context, { boundsMs: bounds })).stops;
  expect(after.askToProof).toEqual(stops.askToProof);
  expect(after.timeToDead).toEqual(stops.timeToDead);
  expect(after.timeToClean).toEqual(stops.timeToClean);
});
