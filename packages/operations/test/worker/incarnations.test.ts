/*
 * What a worker knows of its job, and what a program has read, is valid only in the incarnation of
 * the database that told it. After a failover the same version may be another program's change.
 */
import { findJobWithAttempts } from '@renderdeck/store';
import { databaseOf } from '@renderdeck/store/connect';
import { afterEach, expect, it } from 'vitest';
import {
  claimJob,
  findJobView,
  finishAttempt,
  type OwnedJob,
  passPublishGate,
  readIncarnation,
  recordJournalSent,
  settleAwaitingJobs,
  type WorkerContext,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aReport,
  aRunningJob,
  cancel,
  expectDone,
  FAILED,
  newIncarnation,
  recoverExpired,
  reports,
  restore,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const NEXT = { leaseMs: 30_000 };
// Removes rows that a test wrote by hand, so that the consistency check after it does not find
// them.
afterEach(async () => {
  await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
});
const statusOf = async (id: string) => (await findJobView(farm.db, id))?.job.status;

/** Ends an attempt as failed, with the job as its worker knows it, and takes the next job. */
const takeNext = (by: WorkerContext, attempt: OwnedJob) =>
  finishAttempt(by, { attempt, end: FAILED, signalled: false, reports: reports(), next: NEXT });

/**
 * Begins a new incarnation of the database, as after a failover that lost everything after the
 * submit.
 */
async function loseClaims() {
  await farm.sql`
    update jobs set status = 'QUEUED', version = 1, attempts = 0, attempt_id = null, host = null,
      started_at = null, lease_ms = null, lease_expires_at = null, ended_at = null`;
  await farm.sql`delete from attempts`;
  await newIncarnation(farm);
}
it('after a failover another claim with the same version keeps its job', async () => {
  const { job } = await aQueuedJob(farm);
  const first = expectDone(await claimJob(worker, NEXT)).job;
  await loseClaims();
  const other = await farm.worker('render-02');
  const second = expectDone(await claimJob(other, NEXT)).job;
  expect(second.held.job).toMatchObject({ id: job.id, version: first.held.job.version });
  await aQueuedJob(farm);
  expect(await takeNext(worker, first)).toMatchObject({ rejection: { code: 'lostAttempt' } });
  expect(await findJobWithAttempts(farm.db, job.id)).toMatchObject({
    job: { status: 'RENDERING', lease: { attemptId: second.attemptId } },
    attempts: [{ id: second.attemptId, outcome: null }],
  });
  expectDone(await takeNext(other, second));
});

it('after a failover a stop stays, even if its version is the one the worker knows', async () => {
  const { job } = await aQueuedJob(farm);
  const claimed = expectDone(await claimJob(worker, NEXT)).job;
  const passed = expectDone(await passPublishGate(worker, claimed));
  // The failover has lost the change at the gate, and an admin's stop got the same version.
  await farm.sql`update jobs set version = version - 1`;
  await newIncarnation(farm);
  expectDone(await cancel(farm, job.id));
  const ended = { ...claimed, held: passed.held };
  expect(await statusOf(job.id)).toBe('CANCELLING');
  expect(await takeNext(worker, ended)).toMatchObject({ rejection: { code: 'stopRequested' } });
  expect(await statusOf(job.id)).toBe('CANCELLING');
});

/**
 * A new incarnation that has lost the last change of the job, where a cancel got the same version.
 */
async function newIncarnationWithCancel(id: string) {
  await farm.sql`update jobs set version = version - 1`;
  await newIncarnation(farm);
  expectDone(await cancel(farm, id, 'first shot'));
}

/** The database, but `act` runs right before the first save of a job. */
function withBeforeSave(act: () => Promise<void>) {
  let acts: Promise<void> | null = null;
  return databaseOf(async (text, ...sent) => {
    if (text.includes('update jobs set')) {
      acts ??= act();
      await acts;
    }
    return await farm.db.send(text, ...sent);
  }, farm.db.begin);
}

it('a job that was cancelled in the new incarnation is not recovered', async () => {
  const { id } = await aRunningJob(farm, { worker, leaseMs: 0 });
  const db = withBeforeSave(() => newIncarnationWithCancel(id));
  expect(await recoverExpired({ db })).toEqual({ ok: true, ids: [] });
  expect(await statusOf(id)).toBe('CANCELLING');
});

it('a report does not undo a cancel of the new incarnation', async () => {
  const job = await aRunningJob(farm, { worker });
  const db = withBeforeSave(() => newIncarnationWithCancel(job.id));
  const end = { kind: 'released', why: 'shut down' } as const;
  const report = aReport(worker, job, { end, output: 'none' });
  expect(await restore({ ...worker, db }, report)).toEqual({ ok: true });
  expect(await findJobView(farm.db, job.id)).toMatchObject({
    job: { status: 'CANCELLED', stopRequest: { reason: 'first shot' } },
  });
});

it('a read of an earlier incarnation settles no job of the new one', async () => {
  const { id } = (await aQueuedJob(farm)).job;
  await newIncarnation(farm);
  expectDone(await cancel(farm, id));
  await recordJournalSent(worker, { incarnation: await readIncarnation(farm.db) });
  const settle = (db: typeof farm.db) => settleAwaitingJobs({ db }, { actor: 'renderdeck' });
  const db = withBeforeSave(() => newIncarnation(farm));
  expect(await settle(db)).toEqual({ ok: true, ids: [] });
});
