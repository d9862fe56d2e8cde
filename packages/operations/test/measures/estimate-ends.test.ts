import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { estimateEnds } from '../../src/extras.ts';
import { findAttempt, findJobView, listHostViews } from '../../src/index.ts';
import { aFarm, aRunningJob, recordProgress } from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const MINUTE = 60_000;
const progress = (attemptId: string, percent: number, steps: readonly [string, number][]) =>
  recordProgress(worker, {
    progress: [
      {
        ...{ attemptId, phase: 'rendering', percent, frame: null, totalFrames: null },
        steps: steps.map(([name, msAgo]) => ({ name, msAgo }) as { name: 'render'; msAgo: number }),
      },
    ],
  });
const stepsOf = async (attemptId: string) => (await findAttempt(farm.db, attemptId))?.steps ?? null;
const leftOf = async (id: string) => (await findJobView(farm.db, id))?.timeLeftMs;

it('a step has the time of the database minus its age, and keeps it', async () => {
  const { attemptId } = await aRunningJob(farm, { worker });
  expect(await stepsOf(attemptId)).toBeNull();
  await progress(attemptId, 0, [['download', 60_000]]);
  const [download] = (await stepsOf(attemptId)) ?? [];
  await progress(attemptId, 1, [
    ['download', 90_000],
    ['prepare', 5000],
    ['render', 1000],
  ]);
  const steps = (await stepsOf(attemptId)) ?? [];
  expect(steps.map(({ name }) => name)).toEqual(['download', 'prepare', 'render']);
  expect(steps[0]).toEqual(download);
  const [{ now = new Date() } = {}] = await farm.sql<
    { now: Date }[]
  >`select clock_timestamp() as now`;
  const ages = steps.map(({ startedAt }) => now.getTime() - Date.parse(startedAt));
  expect(ages[0]).toBeGreaterThanOrEqual(60_000);
  expect(ages[1]).toBeGreaterThanOrEqual(5000);
  expect(ages[1]).toBeLessThan(60_000);
});

it('the time left is the same for every reader, and null while it is not known', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  await progress(attemptId, 50, [['render', 10 * MINUTE]]);
  expect(await leftOf(id)).toBeNull();
  await estimateEnds({ db: farm.db });
  expect(await leftOf(id)).toBe(10 * MINUTE);
  const held = (await listHostViews(farm.db)).flatMap(({ jobs }) => jobs);
  expect(held.find((job) => job.id === id)).toMatchObject({ timeLeftMs: 10 * MINUTE });

  await progress(attemptId, 51, [['render', 10 * MINUTE]]);
  const before = await findAttempt(farm.db, attemptId);
  await estimateEnds({ db: farm.db });
  expect((await findAttempt(farm.db, attemptId))?.expectedEndAt).toEqual(before?.expectedEndAt);

  await farm.sql`update jobs set lease_expires_at = clock_timestamp() where id = ${id}`;
  expect(await leftOf(id)).toBeNull();
  await farm.sql`
    update jobs set lease_expires_at = clock_timestamp() + interval '1 minute' where id = ${id}`;
  await farm.sql`
    update attempts set progress_at = progress_at - interval '5 minutes' where id = ${attemptId}`;
  await estimateEnds({ db: farm.db });
  expect(await leftOf(id)).toBeNull();
});

it('an attempt that its worker is changing is left for the next time', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  await progress(attemptId, 50, [['render', 10 * MINUTE]]);
  const { rollBack } = await holdOpen(farm.db, (tx) =>
    tx.execute(`select from attempts where id = '${attemptId}' for update`),
  );
  await estimateEnds({ db: farm.db });
  await rollBack();
  expect(await leftOf(id)).toBeNull();
  await estimateEnds({ db: farm.db });
  expect(await leftOf(id)).toBe(10 * MINUTE);
});
