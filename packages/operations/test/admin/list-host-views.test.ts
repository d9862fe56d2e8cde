import { expect, it } from 'vitest';
import { acknowledgeStop, cancelJob, createHostReader } from '../../src/index.ts';
import {
  aCancellingJob,
  aCompletedJob,
  aFailedJob,
  aFarm,
  anOpenAttempt,
  attemptOf,
  expectDone,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const shown = async (name: string) => {
  const host = (await createHostReader().read(farm.db)).find((view) => view.name === name);
  return host === undefined ? null : { today: host.today, openStops: host.openStops };
};

it('counts how the attempts of a host ended in the last 24 hours', async () => {
  const worker = await farm.worker('ae-10');
  await farm.worker('ae-11');
  for (let made = 0; made < 3; made += 1) await aCompletedJob(farm, { worker });
  await aFailedJob(farm, { worker });
  const counts = { done: 3, failed: 1, stopped: 0 };
  expect(await shown('ae-10')).toEqual({ today: counts, openStops: 0 });
  expect((await shown('ae-11'))?.today).toEqual({ done: 0, failed: 0, stopped: 0 });
  await farm.sql`
    update attempts set ended_at = ended_at - interval '24 hours'
    where id = (select id from attempts where outcome = 'completed' limit 1)`;
  expect((await shown('ae-10'))?.today).toEqual({ ...counts, done: 2 });
});

it('a stop is open until its proof, even after the host no longer holds the job', async () => {
  const worker = await farm.worker('ae-20');
  const running = await aCancellingJob(farm, { worker });
  expect((await shown('ae-20'))?.openStops).toBe(1);
  expectDone(await acknowledgeStop(worker, { attempt: attemptOf(running), reports: reports() }));
  expect(await shown('ae-20')).toEqual({
    today: { done: 0, failed: 0, stopped: 1 },
    openStops: 0,
  });
  const open = await anOpenAttempt(farm, 'ae-21');
  expect((await shown('ae-21'))?.openStops, 'nobody asked to stop it').toBe(0);
  expectDone(await cancelJob(farm.admin, { id: open.id, reason: null }));
  expect((await shown('ae-21'))?.openStops).toBe(1);
});
