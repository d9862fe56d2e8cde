import { randomUUID } from 'node:crypto';
import { expectAudit } from '@renderdeck/testing/expect-audit';
import { aFarm, anAsker } from '@renderdeck/testing/fixtures';
import { expect, it } from 'vitest';
import { recordRefusal } from '../../src/index.ts';

const farm = await aFarm();

it('an act that was refused leaves its audit line and nothing else', async () => {
  const jobId = randomUUID();
  const seen = await farm.trace(() => recordRefusal(anAsker(farm.db, 'uma', 'viewer'), 'cancelJob', 'forbidden', jobId));
  expectAudit(seen, { action: 'cancelJob', outcome: 'refused', actor: 'uma', code: 'forbidden', jobId });
  expect([seen.changes, seen.wakes]).toEqual([[], []]);
});
