import { expect, it } from 'vitest';
import { setPriority } from '../../src/index.ts';
import { aFarm, aQueuedJob, expectAudit } from '../../testing/index.ts';

const farm = aFarm();

it('the priority that a job already has changes nothing and is audited as a noop', async () => {
  await aQueuedJob(farm);
  const { job } = await aQueuedJob(farm);
  const seen = await farm.trace(() =>
    setPriority(farm.admin, { id: job.id, priority: 50, expectedVersion: null }),
  );
  expect(seen.result).toMatchObject({
    ok: true,
    view: { job, position: 2 },
    receipt: {
      priority: { before: 50, after: 50 },
      position: { before: 2, after: 2 },
      version: 1,
      noop: true,
    },
  });
  expectAudit(seen, {
    action: 'setPriority',
    outcome: 'noop',
    jobId: job.id,
    before: { priority: 50, position: 2 },
    after: { priority: 50, position: 2 },
  });
  expect([seen.changes, seen.notifications]).toEqual([[], []]);
});
