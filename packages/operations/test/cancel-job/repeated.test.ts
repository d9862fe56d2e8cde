import { expect, it } from 'vitest';
import {
  acknowledgeStop,
  cancelJob,
  finishAttempt,
  readRequests,
  renewLeases,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  aPublishingJob,
  aQueuedJob,
  aRequestContext,
  attemptOf,
  expectAudit,
  HEALTHY,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const eve = aRequestContext(farm.db, 'eve');
const receiptOf = (outcome: Awaited<ReturnType<typeof cancelJob>>) =>
  outcome.ok ? outcome.view.receipt : null;

it('a second cancel returns the first receipt, and the worker hears of it', async () => {
  const { id, attemptId, worker } = await aCancellingJob(farm);
  const seen = await farm.trace(() => cancelJob(eve, { id, reason: 'hurry up' }));
  expect(receiptOf(seen.result)).toMatchObject({
    outcome: 'cancelling',
    requestedBy: 'ada',
    reason: 'wrong colours',
  });
  expectAudit(seen, {
    action: 'cancelJob',
    outcome: 'noop',
    actor: 'eve',
    jobId: id,
    reason: 'hurry up',
    before: { status: 'CANCELLING' },
    after: { status: 'CANCELLING', receipt: expect.any(Number) },
  });
  expect(seen.changes).toEqual([]);
  expect(seen.notifications).toEqual([
    `worker_${worker.workerId.replaceAll('-', '')} ${attemptId} again`,
  ]);
  // Without the notification, the worker learns it from its poll and from its next renewal.
  const renewal = { attemptIds: [attemptId], leaseMs: 30_000, state: HEALTHY };
  const told = [{ attemptId, isRepeated: true, request: { by: 'ada' } }];
  expect((await readRequests(worker, { attemptIds: [attemptId] })).stopRequested).toMatchObject(
    told,
  );
  expect((await renewLeases(worker, renewal)).stopRequested).toMatchObject(told);
});

it('a cancel of a stopped job returns its full receipt and notifies nobody', async () => {
  const running = await aCancellingJob(farm);
  await acknowledgeStop(running.worker, { attempt: attemptOf(running), reports: reports() });
  const first = receiptOf(await cancelJob(farm.admin, { id: running.id, reason: null }));
  const seen = await farm.trace(() => cancelJob(eve, { id: running.id, reason: null }));
  expect(receiptOf(seen.result)).toEqual(first);
  expect(first).toMatchObject({
    outcome: 'cancelled',
    proof: 'kernel',
    requestedBy: 'ada',
    files: { removed: 3, bytes: 4096 },
  });
  expectAudit(seen, {
    action: 'cancelJob',
    outcome: 'noop',
    actor: 'eve',
    jobId: running.id,
    before: { status: 'CANCELLED' },
    after: { status: 'CANCELLED', receipt: expect.any(Number) },
  });
  expect(seen.notifications).toEqual([]);
});

it('two cancels of a queued job return the same receipt', async () => {
  const { job } = await aQueuedJob(farm);
  const first = receiptOf(await cancelJob(farm.admin, { id: job.id, reason: 'typo' }));
  expect(receiptOf(await cancelJob(eve, { id: job.id, reason: 'other' }))).toEqual(first);
});

it('a cancel of a job that finished first returns that receipt again', async () => {
  const running = await aPublishingJob(farm);
  await cancelJob(farm.admin, { id: running.id, reason: null });
  await finishAttempt(running.worker, {
    attempt: attemptOf(running),
    end: { kind: 'completed' },
    signalled: false,
    reports: reports(),
  });
  expect(receiptOf(await cancelJob(eve, { id: running.id, reason: null }))).toMatchObject({
    outcome: 'finishedFirst',
    output: 'published',
    requestedBy: 'ada',
  });
});
