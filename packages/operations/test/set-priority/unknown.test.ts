import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { setPriority } from '../../src/index.ts';
import { aFarm, aQueuedJob, expectAudit } from '../../testing/index.ts';

const farm = aFarm();

it('the priority of a job that does not exist is not set', async () => {
  const id = randomUUID();
  const seen = await farm.trace(() =>
    setPriority(farm.admin, { id, priority: 60, expectedVersion: null }),
  );
  expect(seen.result).toEqual({ ok: false, rejection: { code: 'unknownJob', id } });
  expectAudit(seen);
  expect([seen.changes, seen.notifications]).toEqual([[], []]);
});

it.each([-1, 101, 50.5, Number.NaN])(
  'priority %s is rejected and changes nothing',
  async (priority) => {
    const { job } = await aQueuedJob(farm);
    const seen = await farm.trace(() =>
      setPriority(farm.admin, { id: job.id, priority, expectedVersion: null }),
    );
    expect(seen.result).toEqual({ ok: false, rejection: { code: 'invalidPriority', priority } });
    expectAudit(seen);
    expect([seen.changes, seen.notifications]).toEqual([[], []]);
  },
);
