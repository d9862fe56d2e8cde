import { expect, it } from 'vitest';
import { findJobView, setPriority } from '../../src/index.ts';
import {
  aCancellingJob,
  aCompletedJob,
  aFailedJob,
  aFarm,
  aRunningJob,
  expectAudit,
} from '../../testing/index.ts';

const farm = aFarm();

it.each([
  ['RENDERING', aRunningJob, 'render-01'],
  ['CANCELLING', aCancellingJob, 'render-01'],
  ['COMPLETED', aCompletedJob, null],
  ['FAILED', aFailedJob, null],
] as const)(
  'the priority of a %s job is not changed: the rejection says its status, host and times',
  async (status, make, host) => {
    const { id } = await make(farm);
    const before = await findJobView(farm.db, id);
    const seen = await farm.trace(() =>
      setPriority(farm.admin, { id, priority: 90, expectedVersion: null }),
    );
    const { startedAt, endedAt } = before?.job ?? {};
    expect(seen.result).toEqual({
      ok: false,
      rejection: { code: 'notQueued', status, host, startedAt, endedAt },
    });
    expectAudit(seen);
    expect([seen.changes, seen.notifications]).toEqual([[], []]);
    expect(await findJobView(farm.db, id)).toEqual(before);
  },
);
