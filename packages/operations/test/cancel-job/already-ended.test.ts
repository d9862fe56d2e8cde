import { expect, it } from 'vitest';
import { cancelJob } from '../../src/index.ts';
import { aCompletedJob, aFailedJob, aFarm, expectAudit } from '../../testing/index.ts';

const farm = aFarm();

it.each([
  ['COMPLETED', aCompletedJob],
  ['FAILED', aFailedJob],
] as const)(
  'a %s job is not cancelled: the rejection has the time of its end, and nothing changes',
  async (status, make) => {
    const { id } = await make(farm);
    const [row] = await farm.sql`select ended_at from jobs where id = ${id}`;
    const seen = await farm.trace(() => cancelJob(farm.admin, { id, reason: null }));
    expect(seen.result).toEqual({
      ok: false,
      rejection: { code: 'alreadyEnded', status, endedAt: row?.ended_at },
    });
    expectAudit(seen);
    expect(seen.changes).toEqual([]);
    expect(seen.notifications).toEqual([]);
  },
);
