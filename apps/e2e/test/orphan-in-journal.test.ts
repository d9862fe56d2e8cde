/*
 * After a promotion a host may find two things at once: an attempt of its own that counts as lost,
 * and its report of that attempt in the journal. The report must not be hidden by a search that
 * finds no process: the output is out, so the job is not rendered again.
 */
import type { AttemptReport } from '@renderdeck/domain';
import { findAttempt, findJobView, restoreAttempt } from '@renderdeck/operations';
import { aFarm, anExpiredJob, recoverExpired, reports } from '@renderdeck/operations/testing';
import { lockHost, readHostIdentity } from '@renderdeck/render-host';
import { temporaryFolder } from '@renderdeck/testing';
import { Journal, RunningAttempts, recoverOrphans } from '@renderdeck/worker/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

const farm = await aFarm();
const log = pino({ level: 'silent' });
const folder = await temporaryFolder('orphan-in-journal');
const lock = await lockHost(folder.path);
if (!('release' in lock)) throw new Error('the scratch root is in use');
const identity = await readHostIdentity(lock);
let journal: Journal;

beforeAll(async () => {
  journal = await Journal.open(folder.path, log);
});
afterAll(async () => {
  await lock.release();
  await folder.remove();
});

/** A daemon of this machine whose attempt lost its job. */
async function aHostWithALostAttempt() {
  const context = { ...(await farm.worker()), identity };
  const job = await anExpiredJob(farm, { worker: context });
  await recoverExpired(farm, { actor: 'recovery' });
  const config = { scratchRoot: folder.path };
  return { job, worker: { config, context, journal, log, attempts: new RunningAttempts() } };
}

test('an attempt with a report in the journal is left to the journal', async () => {
  const { job, worker } = await aHostWithALostAttempt();
  const { host, workerId } = worker.context;
  const { jobId, attemptId, attempt: number, treeMarker } = job;
  const { stopReport, removalReport } = reports();
  const report: AttemptReport = {
    ...{ jobId, attemptId, number, host, identity, workerId, treeMarker },
    ...{ end: { kind: 'completed' }, output: 'published', signalled: false },
    ...{ stopReport, removalReport, ranMs: 1000, deadAt: new Date().toISOString() },
  };
  await journal.save(report);
  await journal.markSent(report, 'an earlier life of the database');
  expect(await recoverOrphans(worker)).toBe(0);
  expect((await findAttempt(farm.db, attemptId))?.confirmedAt).toBeNull();

  await restoreAttempt(worker.context, { report, deadMsAgo: 0, confirmedMsAgo: 0 });
  expect(await findJobView(farm.db, jobId)).toMatchObject({
    job: { status: 'COMPLETED', output: 'published' },
    openAttempts: [],
  });
});

test('an attempt without a report is searched for, and its end is proven', async () => {
  const { job, worker } = await aHostWithALostAttempt();
  expect(await recoverOrphans(worker)).toBe(0);
  expect(await findAttempt(farm.db, job.attemptId)).toMatchObject({
    outcome: 'lost',
    stopReport: { survivors: [] },
  });
  expect((await findAttempt(farm.db, job.attemptId))?.confirmedAt).not.toBeNull();
  expect(await findJobView(farm.db, job.jobId)).toMatchObject({ job: { status: 'QUEUED' } });
});
