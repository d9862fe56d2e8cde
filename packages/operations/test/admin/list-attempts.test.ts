/* The attempts of all hosts within a time. */
import { expect, test } from 'vitest';
import { listAttempts } from '../../src/index.ts';
import { aCompletedJob, aFailedJob, aFarm, aRunningJob } from '../../testing/index.ts';

const farm = aFarm();
const context = { db: farm.db };
const worker = farm.workerOfFile('render-01');

test('those that run and those that ended, the latest first; it says where it is cut', async () => {
  const [done, failed] = [
    await aCompletedJob(farm, { worker }),
    await aFailedJob(farm, { worker }),
  ];
  const { id } = await aRunningJob(farm, { worker });
  const now = Date.now();
  const range = { from: new Date(now - 3_600_000), to: new Date(now + 3_600_000) };
  const whole = await listAttempts(context, range);
  expect(whole).toMatchObject({
    attempts: [
      { jobId: id, number: 1, host: 'render-01', state: 'rendering', to: null },
      { jobId: failed.id, state: 'failed' },
      { jobId: done.id, state: 'finished' },
    ],
    cutAt: null,
  });
  const cut = await listAttempts(context, range, 2);
  expect(cut).toEqual({
    attempts: whole.attempts.slice(0, 2),
    cutAt: whole.attempts[1]?.to,
  });
  const earlier = { from: new Date(now - 7_200_000), to: range.from };
  expect(await listAttempts(context, earlier)).toEqual({ attempts: [], cutAt: null });
});
