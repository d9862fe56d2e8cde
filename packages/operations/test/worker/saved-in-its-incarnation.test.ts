/*
 * Between the read of a job and the save of its change, a new incarnation of the database may
 * begin, in which the same version is another change. Then nothing that was decided in the old
 * incarnation is saved.
 */
import { once } from 'node:events';
import { connect as connectSocket, createServer } from 'node:net';
import { openIncarnation } from '@renderdeck/store';
import { connect } from '@renderdeck/store/connect';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import {
  cancelJob,
  findJobView,
  readIncarnation,
  recordJournalSent,
  restoreAttempt,
  settleAwaitingJobs,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  attemptOf,
  expectDone,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
afterEach(async () => {
  await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
});

async function newIncarnation() {
  await farm.sql`delete from database_incarnations`;
  await openIncarnation(farm.db);
}
/**
 * A new incarnation that has lost the last change of the job, where a cancel got the same version.
 */
async function newIncarnationWithCancel(id: string) {
  await farm.sql`update jobs set version = version - 1`;
  await newIncarnation();
  expectDone(await cancelJob(farm.admin, { id, reason: 'first shot' }));
}
const statusOf = async (id: string) => (await findJobView(farm.db, id))?.job.status;

/** The database, but `act` runs right before the first save of a job. */
async function withBeforeSave(act: () => Promise<void>) {
  const far = new URL(farm.databaseUrl);
  const server = createServer((near) => {
    const beyond = connectSocket({ host: far.hostname, port: Number(far.port) });
    let passed = Promise.resolve();
    near.on('data', (data) => {
      if (data.includes('update jobs set')) passed = passed.then(act);
      passed = passed.then(() => void beyond.write(data));
    });
    beyond.pipe(near);
    for (const [one, other] of [[near, beyond] as const, [beyond, near] as const])
      one.on('error', () => undefined).on('close', () => other.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  const url = Object.assign(new URL(far), { hostname: '127.0.0.1', port }).href;
  const store = connect(url, { name: 'new incarnation', poolSize: 1 });
  onTestFinished(async () => {
    await store.close();
    server.close();
  });
  return store.db;
}

it('a job that was cancelled in the new incarnation is not recovered', async () => {
  const { id } = await aRunningJob(farm, { worker, leaseMs: 0 });
  const db = await withBeforeSave(() => newIncarnationWithCancel(id));
  expect(await recoverExpired({ db }, { actor: 'recovery' })).toEqual({ ok: true, ids: [] });
  expect(await statusOf(id)).toBe('CANCELLING');
});

it('a report does not undo a cancel of the new incarnation', async () => {
  const job = await aRunningJob(farm, { worker });
  const db = await withBeforeSave(() => newIncarnationWithCancel(job.id));
  const { host, identity, workerId } = worker;
  const report = {
    ...{ ...attemptOf(job), number: job.attempt, host, identity, workerId },
    ...{ treeMarker: job.treeMarker, end: { kind: 'released', why: 'shut down' } as const },
    ...{ output: 'none' as const, signalled: false, ranMs: 0, deadAt: new Date().toISOString() },
    ...reports(),
  };
  const restored = { report, deadMsAgo: 0, confirmedMsAgo: 0 };
  expect(await restoreAttempt({ ...worker, db }, restored)).toEqual({ ok: true });
  expect(await findJobView(farm.db, job.id)).toMatchObject({
    job: { status: 'CANCELLED', stopRequest: { reason: 'first shot' } },
  });
});

it('a read of an earlier incarnation settles no job of the new one', async () => {
  const { id } = (await aQueuedJob(farm)).job;
  await newIncarnation();
  expectDone(await cancelJob(farm.admin, { id, reason: null }));
  await recordJournalSent(worker, { incarnation: await readIncarnation(farm.db) });
  const settle = (db: typeof farm.db) => settleAwaitingJobs({ db }, { actor: 'renderdeck' });
  expect(await settle(await withBeforeSave(newIncarnation))).toEqual({ ok: true, ids: [] });
});
