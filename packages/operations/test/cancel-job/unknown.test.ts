import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { cancelJob } from '../../src/index.ts';
import { aFarm, expectAudit } from '../../testing/index.ts';

const farm = aFarm();

it('a cancel of an unknown job is rejected and changes nothing', async () => {
  const id = randomUUID();
  const seen = await farm.trace(() => cancelJob(farm.admin, { id, reason: null }));
  expect(seen.result).toEqual({ ok: false, rejection: { code: 'unknownJob', id } });
  expectAudit(seen);
  expect([seen.changes, seen.notifications]).toEqual([[], []]);
});
