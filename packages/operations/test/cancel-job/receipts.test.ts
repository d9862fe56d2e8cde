import { expect, it } from 'vitest';
import { cancelJob, countJobs, findJobView, readRequests, renewLeases } from '../../src/index.ts';
import {
  aCancellingJob,
  acknowledge,
  aFarm,
  aPublishingJob,
  aQueuedJob,
  aRequestContext,
  aRunningJob,
  BEAT,
  cancel,
  claimAgain,
  expectAudit,
  prove,
  type RunningJob,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const eve = aRequestContext(farm.db, 'eve');
const receiptOf = async (id: string) => (await findJobView(farm.db, id))?.receipt;
const channelOf = ({ worker }: RunningJob) => `worker_${worker.workerId.replaceAll('-', '')}`;

it('a queued job is cancelled at once, with a receipt that says that nothing ran', async () => {
  const { job } = await aQueuedJob(farm);
  const seen = await farm.trace(() => cancel(farm, job.id, 'typo'));
  expect(seen.result).toMatchObject({
    ok: true,
    view: {
      job: { status: 'CANCELLED', version: 2 },
      position: null,
      host: null,
      receipt: {
        outcome: 'cancelled',
        output: 'none',
        requestedBy: 'ada',
        channel: 'trpc',
        reason: 'typo',
        host: null,
        processes: [],
        proof: 'noProcess',
        survivors: [],
        files: { removed: 0, bytes: 0, leftovers: [] },
        timeToDeadMs: 0,
        askToProofMs: 0,
        timeToCleanMs: 0,
      },
    },
  });
  expectAudit(seen, {
    action: 'cancelJob',
    outcome: 'done',
    jobId: job.id,
    reason: 'typo',
    before: { status: 'QUEUED' },
    after: { status: 'CANCELLED', receipt: expect.any(Number) },
  });
  expect(seen.changes).toEqual([
    {
      jobId: job.id,
      version: 2,
      event: 'cancelQueued',
      from: 'QUEUED',
      to: 'CANCELLED',
      actor: 'ada',
      facts: { reason: 'typo' },
      left: true,
      entered: false,
    },
  ]);
  expect(seen.notifications).toEqual([]);
});

it('a running job becomes CANCELLING, and only its own worker is notified', async () => {
  const running = await aRunningJob(farm);
  const { id, attemptId } = running;
  const seen = await farm.trace(() => cancel(farm, id, 'wrong colours'));
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
      ...{ jobId: id, version: 3, event: 'requestStop', from: 'RENDERING', to: 'CANCELLING' },
      ...{ left: false, entered: false },
    },
  ]);
  expect(seen.notifications).toEqual([`${channelOf(running)} ${attemptId}`]);
});

it('a second cancel returns the first receipt, and the worker hears of it', async () => {
  const running = await aCancellingJob(farm);
  const { id, attemptId, worker } = running;
  const seen = await farm.trace(() => cancelJob(eve, { id, reason: 'hurry up' }));
  expect(seen.result).toMatchObject({
    view: {
      receipt: { outcome: 'cancelling', requestedBy: 'ada', reason: 'wrong colours' },
    },
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
  expect(seen.notifications).toEqual([`${channelOf(running)} ${attemptId} again`]);
  // Without the notification, the worker learns it from its poll and from its next renewal.
  const told = { stopRequested: [{ attemptId, isRepeated: true, request: { by: 'ada' } }] };
  const attemptIds = [attemptId];
  expect(await readRequests(worker, { attemptIds })).toMatchObject(told);
  expect(await renewLeases(worker, { ...BEAT, attemptIds })).toMatchObject(told);
});

it('a cancel of a stopped job returns its full receipt and notifies nobody', async () => {
  const running = await aCancellingJob(farm);
  await acknowledge(running);
  const first = await receiptOf(running.id);
  const seen = await farm.trace(() => cancelJob(eve, { id: running.id, reason: null }));
  expect(seen.result.ok && seen.result.view.receipt).toEqual(first);
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

/** Attempt 1 on ae-03 was lost after it passed the publish gate; attempt 2 runs on ae-04. */
async function aJobWithTwoAttempts() {
  const first = await aPublishingJob(farm, { worker: await farm.worker('ae-03'), leaseMs: 0 });
  await recoverExpired(farm);
  const second = await claimAgain(farm, first.id, { worker: await farm.worker('ae-04') });
  return { first, second, id: first.id };
}
/** The next daemon on the attempt's host reports that it ended what was left. */
const proveLater = async (lost: RunningJob) =>
  await prove(lost, reports({ proof: 'repeated' }), await farm.worker(lost.worker.host));

it('the proof of one attempt does not prove another one whose host is silent', async () => {
  const { first, second, id } = await aJobWithTwoAttempts();
  await cancel(farm, id);
  await acknowledge(second);
  expect(await receiptOf(id)).toMatchObject({
    outcome: 'unconfirmed',
    host: 'ae-04',
    proof: null,
    processes: [{ pid: 900 }],
    openAttempts: [{ number: 1, host: 'ae-03', output: 'maybe', problem: null }],
    declared: [],
    confirmedAt: null,
  });
  expect(await countJobs(farm.db)).toMatchObject({ unconfirmed: 1, open: 1 });

  await proveLater(first);
  expect(await receiptOf(id)).toMatchObject({
    outcome: 'cancelled',
    proof: 'kernel',
    openAttempts: [],
    confirmedAt: expect.any(Date),
  });
  expect(await countJobs(farm.db)).toMatchObject({ unconfirmed: 0, open: 0 });
});

it('a job without a cancel names the attempts of silent hosts, in any status', async () => {
  const { first, id } = await aJobWithTwoAttempts();
  const view = await findJobView(farm.db, id);
  expect(view).toMatchObject({
    job: { status: 'RENDERING' },
    receipt: null,
    openAttempts: [{ number: 1, host: 'ae-03', output: 'maybe', problem: null }],
  });
  const [heard] = await farm.sql<{ at: Date }[]>`
    select last_heard_at as at from render_hosts where name = 'ae-03'`;
  expect(view?.openAttempts[0]?.lastHeardAt).toEqual(heard?.at);
  await proveLater(first);
  expect((await findJobView(farm.db, id))?.openAttempts).toEqual([]);
});
