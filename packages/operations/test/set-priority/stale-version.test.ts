import { expect, it } from 'vitest';
import { releaseAttempt, setPriority } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  aRunningJob,
  attemptOf,
  expectAudit,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();

it('a stale version is rejected with who changed the priority, when and how', async () => {
  const { job } = await aQueuedJob(farm);
  const eve = await setPriority(aRequestContext(farm.db, 'eve'), {
    id: job.id,
    priority: 70,
    expectedVersion: 1,
  });
  const seen = await farm.trace(() =>
    setPriority(farm.admin, { id: job.id, priority: 10, expectedVersion: 1 }),
  );
  expect(seen.result).toMatchObject({
    ok: false,
    rejection: {
      code: 'staleVersion',
      expected: 1,
      actual: 2,
      priority: 70,
      change: { by: 'eve', what: 'priority 50 → 70' },
    },
  });
  const [row] = await farm.sql`select at from job_changes where job_id = ${job.id} and version = 2`;
  expect(seen.result).toMatchObject({ rejection: { change: { at: row?.at } } });
  expect(eve).toMatchObject({ ok: true });
  expectAudit(seen);
  expect([seen.changes, seen.notifications]).toEqual([[], []]);
});

it('a stale version is rejected after a change of status, too', async () => {
  const running = await aRunningJob(farm);
  await releaseAttempt(running.worker, {
    attempt: attemptOf(running),
    reports: reports(),
    why: 'The worker shuts down.',
  });
  expect(
    await setPriority(farm.admin, { id: running.id, priority: 10, expectedVersion: 1 }),
  ).toMatchObject({
    rejection: {
      code: 'staleVersion',
      actual: 3,
      change: { by: 'render-01', what: 'RENDERING → QUEUED' },
    },
  });
});

it('a version that never existed is rejected without a change', async () => {
  const { job } = await aQueuedJob(farm);
  expect(
    await setPriority(farm.admin, { id: job.id, priority: 10, expectedVersion: 9 }),
  ).toMatchObject({
    rejection: { code: 'staleVersion', expected: 9, actual: 1, change: null },
  });
});
