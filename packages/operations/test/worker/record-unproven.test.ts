import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { cancelJob, findAttempt, findJobView, recordUnproven } from '../../src/index.ts';
import { aFarm, anOpenAttempt, attemptOf, expectAudit, STOP } from '../../testing/index.ts';

const farm = aFarm();
const REASON = 'render-01 cannot prove its end: it ran in another container.';

it('the reason is on the open attempt of the job, and live pages see the change', async () => {
  const lost = await anOpenAttempt(farm);
  const next = await farm.worker();
  const input = { attempt: attemptOf(lost), reason: REASON, stopReport: null };
  const seen = await farm.trace(() => recordUnproven(next, input));
  expectAudit(seen);
  expect(seen.changes).toMatchObject([
    { event: 'reportStop', from: 'QUEUED', to: 'QUEUED', facts: { why: REASON } },
  ]);
  expect(seen.notifications).toEqual([]);
  expect(await findJobView(farm.db, lost.id)).toMatchObject({
    job: { status: 'QUEUED' },
    position: 1,
    openAttempts: [{ number: 1, problem: REASON }],
  });
  expect(await findAttempt(farm.db, lost.attemptId)).toMatchObject({ confirmedAt: null });
});

it('survivors are on the receipt, which stays unconfirmed', async () => {
  const lost = await anOpenAttempt(farm);
  const next = await farm.worker();
  await cancelJob(farm.admin, { id: lost.id, reason: null });
  const survivors = [{ pid: 900, name: 'AfterFX', state: 'D' }];
  await recordUnproven(next, {
    attempt: attemptOf(lost),
    reason: null,
    stopReport: { ...STOP, proof: null, timeToDeadMs: null, survivors },
  });
  const view = await findJobView(farm.db, lost.id);
  expect(view?.receipt).toMatchObject({ outcome: 'unconfirmed', proof: null });
  expect(await findAttempt(farm.db, lost.attemptId)).toMatchObject({
    stopReport: { survivors },
    confirmedAt: null,
  });
});

it('an unknown attempt is rejected, and nothing changes', async () => {
  const lost = await anOpenAttempt(farm);
  const attempt = { ...attemptOf(lost), attemptId: randomUUID() };
  const input = { attempt, reason: REASON, stopReport: null };
  const seen = await farm.trace(() => recordUnproven(lost.worker, input));
  expect(seen).toMatchObject({
    result: { ok: false, rejection: { code: 'unknownAttempt' } },
    changes: [],
  });
});
