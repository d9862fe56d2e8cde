/*
 * A host reports an attempt to a database that has lost facts about it, as an asynchronous standby
 * has after its promotion. `forget…` takes a job back to an earlier moment.
 */
import { expect, it } from 'vitest';
import { findJobView } from '../../src/index.ts';
import {
  aCancellingJob,
  acknowledge,
  aFarm,
  aPublishingJob,
  aQueuedJob,
  aReport,
  aRunningJob,
  cancel,
  claimAgain,
  type RunningJob,
  recoverExpired,
  reports,
  restore,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const other = farm.workerOfFile('render-02');
/** What a proven cancel left: the receipt, and the report in the journal of the host. */
async function aProvenCancel() {
  const job = await aCancellingJob(farm, { worker });
  const request = (await findJobView(farm.db, job.id))?.job.stopRequest;
  if (!request) throw new Error('a cancelled job has a request');
  await acknowledge(job);
  const receipt = (await findJobView(farm.db, job.id))?.receipt;
  const end = { kind: 'stopped', request, afterMs: null } as const;
  return { job, receipt, report: aReport(worker, job, { end, output: 'none', signalled: true }) };
}

/** Takes the job back to its second version: claimed by its first attempt. */
async function forgetAfterClaim({ id, attemptId }: RunningJob): Promise<void> {
  await farm.sql`delete from job_changes where job_id = ${id} and version > 2`;
  await farm.sql`
    update attempts set outcome = null, ended_at = null, confirmed_at = null, stop_report = null,
      removal_report = null, output = 'none', stop_delivered_at = null
    where id = ${attemptId}`;
  await farm.sql`
    update jobs set version = 2, status = 'RENDERING', ended_at = null, output = 'none',
      lease_expires_at = clock_timestamp(), lease_ms = 0, stop_requested_at = null,
      stop_requested_by = null, stop_channel = null, stop_reason = null, stop_attempt_id = null
    where id = ${id}`;
}

/** Takes the job back to its first version, so that its claim is lost, too. */
async function forgetClaim(job: RunningJob): Promise<void> {
  await forgetAfterClaim(job);
  await farm.sql`delete from job_changes where job_id = ${job.id} and version > 1`;
  await farm.sql`
    update jobs set version = 1, status = 'QUEUED', attempts = 0, started_at = null,
      attempt_id = null, host = null, lease_expires_at = null
    where id = ${job.id}`;
  await farm.sql`delete from attempts where id = ${job.attemptId}`;
}

const statusOf = async (id: string) => (await findJobView(farm.db, id))?.job.status;

it.each([
  ['the cancel', forgetAfterClaim],
  ['the claim and the cancel', forgetClaim],
])('a proven cancel comes back with its receipt after %s was lost', async (_what, forget) => {
  const { job, report } = await aProvenCancel();
  // Everything happened an hour ago. The restored receipt has those times, not new ones.
  await farm.sql`
    update attempts set created_at = created_at - interval '1 hour',
      ended_at = ended_at - interval '1 hour', confirmed_at = confirmed_at - interval '1 hour',
      stop_report = stop_report || jsonb_build_object('endedAt', ended_at - interval '1 hour')
    where id = ${job.attemptId}`;
  await farm.sql`
    update jobs set stop_requested_at = stop_requested_at - interval '1 hour' where id = ${job.id}`;
  const old = await findJobView(farm.db, job.id);
  const { stopRequest } = old?.job ?? {};
  const { receipt } = old ?? {};
  if (!stopRequest || !receipt?.deadAt || !receipt.confirmedAt) throw new Error('it is proven');
  await forget(job);
  const end = { kind: 'stopped', request: stopRequest, afterMs: null } as const;
  const ages = {
    deadMsAgo: Date.now() - receipt.deadAt.getTime(),
    confirmedMsAgo: Date.now() - receipt.confirmedAt.getTime(),
  };
  expect(await restore(worker, { ...report, end }, ages)).toEqual({ ok: true });
  const restored = await findJobView(farm.db, job.id);
  expect(restored?.job.status).toBe('CANCELLED');
  const aboutThen = (then: Date | null | undefined) =>
    Math.abs((then?.getTime() ?? 0) - (receipt.confirmedAt?.getTime() ?? 0)) < 60_000;
  const { confirmedAt, deadAt, deliveredAt, askToProofMs, ...facts } = restored?.receipt ?? {};
  expect(receipt).toMatchObject(facts);
  expect(askToProofMs).toBeLessThan(60_000);
  expect([confirmedAt, deadAt, deliveredAt, restored?.job.endedAt].map(aboutThen)).toEqual(
    Array.from({ length: 4 }, () => true),
  );
});

it('a restored cancel keeps when it was delivered and the time that its host needed', async () => {
  const { job, receipt, report } = await aProvenCancel();
  await forgetAfterClaim(job);
  const { end, stopReport } = report;
  const delivered = end.kind === 'stopped' ? { ...end, afterMs: 2000 } : end;
  await restore(worker, {
    ...report,
    end: delivered,
    stopReport: { ...stopReport, timeToDeadMs: 30.25 },
  });
  expect((await findJobView(farm.db, job.id))?.receipt).toMatchObject({
    outcome: 'cancelled',
    deliveredAt: new Date((receipt?.requestedAt.getTime() ?? 0) + 2000),
    deliveredWithProof: false,
    timeToDeadMs: 30,
  });
});

it('a proven cancel stops the attempt that renders the job again', async () => {
  const { job, report } = await aProvenCancel();
  await forgetAfterClaim(job);
  await recoverExpired(farm);
  const again = await claimAgain(farm, job.id, { worker: other });
  const seen = await farm.trace(() => restore(worker, report));
  expect(await statusOf(job.id)).toBe('CANCELLING');
  expect(seen.notifications.some((text) => text.includes(again.attemptId))).toBe(true);
  await acknowledge(again, reports(), other);
  expect(await findJobView(farm.db, job.id)).toMatchObject({
    job: { status: 'CANCELLED' },
    receipt: { outcome: 'cancelled', requestedBy: 'ada', openAttempts: [] },
  });
});

it('a repeated report changes nothing, and a late report keeps a cancel', async () => {
  const job = await aPublishingJob(farm, { worker });
  const report = aReport(worker, job);
  await restore(worker, report);
  expect(await statusOf(job.id)).toBe('COMPLETED');
  const seen = await farm.trace(() => restore(worker, report));
  expect(seen).toMatchObject({ result: { ok: true }, changes: [], notifications: [] });

  const queued = await aQueuedJob(farm);
  await cancel(farm, queued.job.id);
  const late = { ...aReport(worker, job), jobId: queued.job.id, attemptId: crypto.randomUUID() };
  await restore(worker, late);
  expect(await findJobView(farm.db, queued.job.id)).toMatchObject({
    job: {
      status: 'CANCELLED',
      warnings: ['Attempt 1 had published the output on render-01.'],
    },
  });
});

it('a worker that gave up its own render is not reported as dead', async () => {
  const job = await aRunningJob(farm, { worker });
  await restore(worker, aReport(worker, job, { end: { kind: 'lost' }, output: 'none' }));
  expect((await findJobView(farm.db, job.id))?.job).toMatchObject({
    status: 'QUEUED',
    failure: 'Attempt 1 was lost: the worker on render-01 could not keep its lease.',
  });
});
