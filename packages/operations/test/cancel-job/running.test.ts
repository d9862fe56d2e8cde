import { expect, it } from 'vitest';
import { cancelJob } from '../../src/index.ts';
import { aFarm, aPublishingJob, aRunningJob, expectAudit } from '../../testing/index.ts';

const farm = aFarm();

it('a running job becomes CANCELLING, and only its own worker is notified', async () => {
  const { id, attemptId, worker } = await aRunningJob(farm);
  const seen = await farm.trace(() => cancelJob(farm.admin, { id, reason: 'wrong colours' }));
  expect(seen.result).toMatchObject({
    ok: true,
    view: {
      job: { status: 'CANCELLING', endedAt: null, lease: { attemptId } },
      host: 'render-01',
      receipt: {
        outcome: 'cancelling',
        output: 'none',
        requestedBy: 'ada',
        reason: 'wrong colours',
        host: 'render-01',
        deliveredAt: null,
        processes: [],
        proof: null,
        timeToDeadMs: null,
        askToProofMs: null,
        confirmedAt: null,
      },
    },
  });
  expectAudit(seen, {
    action: 'cancelJob',
    outcome: 'done',
    jobId: id,
    reason: 'wrong colours',
    before: { status: 'RENDERING' },
    after: { status: 'CANCELLING', receipt: expect.any(Number) },
  });
  expect(seen.changes).toMatchObject([
    {
      jobId: id,
      version: 3,
      event: 'requestStop',
      from: 'RENDERING',
      to: 'CANCELLING',
      left: false,
      entered: false,
    },
  ]);
  expect(seen.notifications).toEqual([
    `worker_${worker.workerId.replaceAll('-', '')} ${attemptId}`,
  ]);
});

it('the receipt of a job past the publish gate says that its output may be out', async () => {
  const { id } = await aPublishingJob(farm);
  expect(await cancelJob(farm.admin, { id, reason: null })).toMatchObject({
    view: { receipt: { outcome: 'cancelling', output: 'maybe', reason: null } },
  });
});
