/*
 * After a promotion, a host may have an attempt that counts as lost in the database and a report
 * about the same attempt in its journal. The orphan search may find no process, but it must not
 * hide the report: a job whose output may be out is not rendered again without a warning.
 */
import { randomUUID } from 'node:crypto';
import type { AttemptReport, Output, StopReport } from '@renderdeck/domain';
import { findAttempt, findJobView } from '@renderdeck/operations';
import {
  aFarm,
  anExpiredJob,
  aQueuedJob,
  recoverExpired,
  STOP,
} from '@renderdeck/operations/testing';
import { type HeldLock, lockHost, readHostIdentity } from '@renderdeck/render-host';
import { folderOfFile } from '@renderdeck/testing';
import { Journal, RunningAttempts, recoverOrphans, sendJournal } from '@renderdeck/worker/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

const farm = aFarm();
const log = pino({ level: 'silent' });
const folder = folderOfFile('orphan-in-journal');
let lock: HeldLock;
let identity: Awaited<ReturnType<typeof readHostIdentity>>;
let journal: Journal;

beforeAll(async () => {
  const locked = await lockHost(folder.path);
  if (!('release' in locked)) throw new Error('the scratch root is in use');
  lock = locked;
  identity = await readHostIdentity(lock);
  journal = await Journal.open(folder.path, log);
});
afterAll(async () => {
  await lock.release();
});

/** Returns the parts of a daemon on this machine. */
async function aDaemon() {
  const context = { ...(await farm.worker()), identity };
  const config = { scratchRoot: folder.path, endStrays: false };
  return { config, context, journal, log, attempts: new RunningAttempts(), renderUser: null };
}
type Daemon = Awaited<ReturnType<typeof aDaemon>>;

/** Returns a daemon whose attempt lost its job. */
async function aDaemonWithALostAttempt() {
  const worker = await aDaemon();
  const job = await anExpiredJob(farm, { worker: worker.context });
  await recoverExpired(farm, { actor: 'recovery' });
  return { job, worker };
}

/** Writes a report of an attempt to the journal, before the database has the report. */
async function keep(
  { context: { host, workerId } }: Daemon,
  job: { readonly jobId: string; readonly attemptId: string },
  otherwise: Pick<AttemptReport, 'end' | 'output' | 'stopReport'>,
): Promise<void> {
  const times = { ranMs: 1000, deadAt: new Date().toISOString() };
  await journal.save({
    ...{ ...job, number: 1, host, identity, workerId, treeMarker: randomUUID() },
    ...{ publications: null, signalled: false, removalReport: null, ...times, ...otherwise },
  });
}

/** A report from before the end of the attempt, as a daemon that died leaves it. */
const open = (output: Output) => {
  const stopReport: StopReport = { ...STOP, processes: [], proof: null, timeToDeadMs: null };
  return { end: { kind: 'lost' }, output, stopReport } as const;
};
const readJob = (jobId: string) => findJobView(farm.db, jobId);

test('the orphan search leaves an attempt with a journal report to the journal', async () => {
  const { job, worker } = await aDaemonWithALostAttempt();
  const { jobId, attemptId } = job;
  const end = { kind: 'completed' } as const;
  await keep(worker, { jobId, attemptId }, { end, output: 'published', stopReport: STOP });
  expect(await recoverOrphans(worker)).toBe(0);
  expect((await findAttempt(farm.db, attemptId))?.confirmedAt).toBeNull();

  expect(await sendJournal(worker)).toBe(1);
  expect(await readJob(jobId)).toMatchObject({
    job: { status: 'COMPLETED', output: 'published' },
    openAttempts: [],
  });
  expect(await sendJournal(worker)).toBe(0);
});

test('the orphan search proves the end of an attempt without a journal report', async () => {
  const { job, worker } = await aDaemonWithALostAttempt();
  expect(await recoverOrphans(worker)).toBe(0);
  expect(await findAttempt(farm.db, job.attemptId)).toMatchObject({
    outcome: 'lost',
    stopReport: { survivors: [] },
  });
  expect((await findAttempt(farm.db, job.attemptId))?.confirmedAt).not.toBeNull();
  expect(await readJob(job.jobId)).toMatchObject({ job: { status: 'QUEUED' } });
});

test('an output in the journal of a dead daemon is reported before the next attempt', async () => {
  const earlier = await aDaemon();
  const { jobId, attemptId } = await anExpiredJob(farm, { worker: earlier.context });
  await keep(earlier, { jobId, attemptId }, open('maybe'));
  const worker = await aDaemon();
  expect(await sendJournal(worker)).toBe(1);
  expect(await readJob(jobId)).toMatchObject({ job: { status: 'RENDERING', output: 'maybe' } });
  expect(await recoverOrphans(worker)).toBe(0);
  expect(await readJob(jobId)).toMatchObject({
    job: {
      ...{ status: 'QUEUED', output: 'maybe' },
      warnings: ['Attempt 1 on render-01 ended while it published: its output may be out.'],
    },
  });
});

test('an attempt that the database lost is restored as open and then proven', async () => {
  const worker = await aDaemon();
  const { id: jobId } = (await aQueuedJob(farm)).job;
  const attemptId = randomUUID();
  await keep(worker, { jobId, attemptId }, open('maybe'));
  const next = await aDaemon();
  expect(await sendJournal(next)).toBe(1);
  expect(await readJob(jobId)).toMatchObject({
    job: { status: 'QUEUED', output: 'maybe', warnings: [expect.stringContaining('may be out')] },
    openAttempts: [{ number: 1, host: 'render-01', output: 'maybe' }],
  });
  expect(await recoverOrphans(next)).toBe(0);
  expect(await readJob(jobId)).toMatchObject({ job: { status: 'QUEUED' }, openAttempts: [] });
});
