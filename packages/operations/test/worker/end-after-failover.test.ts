/*
 * What a worker knows of its job is valid only in the incarnation of the database that told it.
 * After a failover the same version may be another program's change.
 */
import { findJobWithAttempts, openIncarnation } from '@renderdeck/store';
import { afterEach, expect, it } from 'vitest';
import {
  cancelJob,
  claimJob,
  findJobView,
  finishAttempt,
  type OwnedJob,
  passPublishGate,
  type WorkerContext,
} from '../../src/index.ts';
import { aFarm, aQueuedJob, expectDone, reports } from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const FAILED = { kind: 'failed', failure: 'aerender failed.' } as const;
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
  await newIncarnation();
}
async function newIncarnation() {
  await farm.sql`delete from database_incarnations`;
  await openIncarnation(farm.db);
}

it('after a failover another claim with the same version keeps its job', async () => {
  const { job } = await aQueuedJob(farm);
  const first = expectDone(await claimJob(worker, NEXT)).job;
  await loseClaims();
  const other = await farm.worker('render-02');
  const second = expectDone(await claimJob(other, NEXT)).job;
  expect(second.held.job).toMatchObject({ id: job.id, version: first.held.job.version });
  await aQueuedJob(farm);
  expect(await takeNext(worker, first)).toMatchObject({
    ok: false,
    rejection: { code: 'lostAttempt' },
  });
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
  await newIncarnation();
  expectDone(await cancelJob(farm.admin, { id: job.id, reason: null }));
  const ended = { ...claimed, held: passed.held };
  expect(await statusOf(job.id)).toBe('CANCELLING');
  expect(await takeNext(worker, ended)).toMatchObject({
    ok: false,
    rejection: { code: 'stopRequested' },
  });
  expect(await statusOf(job.id)).toBe('CANCELLING');
});
