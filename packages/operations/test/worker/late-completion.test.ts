/*
 * A job failed because its last attempt was lost, and the host of that attempt reports later that
 * it had completed the job.
 */
import type { AttemptReport } from '@renderdeck/domain';
import { beforeAll, expect, it } from 'vitest';
import { createWebhook } from '../../src/extras.ts';
import { findAttempt, findJobView, finishAttempt, restoreAttempt } from '../../src/index.ts';
import {
  aFarm,
  anExpiredJob,
  aRunningJob,
  attemptOf,
  expectDone,
  FILM,
  type RunningJob,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
beforeAll(() =>
  createWebhook(farm.admin, {
    ...{ name: 'desk', address: 'https://desk.example/hook', events: ['ended'] },
    ...{ submittedBy: null, namePart: null, host: null, shape: 'renderdeck' },
  }),
);
const messagesOf = async (jobId: string) => {
  const rows = await farm.sql<{ type: string }[]>`
    select type from webhook_deliveries where job_id = ${jobId} order by at`;
  return rows.map(({ type }) => type);
};

/** The report that the host kept in its journal. */
function reportOf({ jobId, attemptId, attempt, treeMarker }: RunningJob): AttemptReport {
  const { host, identity, workerId } = worker;
  const { stopReport, removalReport } = reports();
  return {
    ...{ jobId, attemptId, number: attempt, host, identity, workerId, treeMarker },
    ...{ end: { kind: 'completed' }, output: 'published', signalled: false },
    ...{ publications: [{ what: FILM, state: 'published' }], stopReport, removalReport },
    ...{ ranMs: 0, deadAt: new Date().toISOString() },
  };
}
const restore = async (job: RunningJob) =>
  expectDone(
    await restoreAttempt(worker, { report: reportOf(job), deadMsAgo: 0, confirmedMsAgo: 0 }),
  );

it('it is COMPLETED, its attempt too, and a message says so', async () => {
  const job = await anExpiredJob(farm, { worker });
  await farm.sql`update jobs set max_attempts = 1 where id = ${job.id}`;
  await recoverExpired(farm, { actor: 'recovery' });
  expect((await findJobView(farm.db, job.id))?.job).toMatchObject({
    ...{ status: 'FAILED', failure: expect.stringContaining('No attempts are left') },
  });
  const seen = await farm.trace(() => restore(job));
  expect(seen.changes).toMatchObject([
    { event: 'completeLate', from: 'FAILED', to: 'COMPLETED', actor: 'render-01' },
    { event: 'confirmStop', from: 'COMPLETED', to: 'COMPLETED' },
  ]);
  expect(await findJobView(farm.db, job.id)).toMatchObject({
    job: { status: 'COMPLETED', output: 'published', failure: null, warnings: [] },
    openAttempts: [],
  });
  expect(await findAttempt(farm.db, job.attemptId)).toMatchObject({
    ...{ outcome: 'completed', output: 'published', confirmedAt: expect.any(Date) },
  });
  await restore(job); // the host sends its report again
  expect(await messagesOf(job.id)).toEqual(['job.failed', 'job.ended']);
});

it('a job that failed by itself stays FAILED', async () => {
  const job = await aRunningJob(farm, { worker });
  const end = { kind: 'failed', failure: 'aerender failed.' } as const;
  const ended = { attempt: attemptOf(job), end, signalled: false, reports: reports() };
  expectDone(await finishAttempt(worker, ended));
  await restore(job);
  expect(await findJobView(farm.db, job.id)).toMatchObject({
    job: { status: 'FAILED', failure: 'aerender failed.' },
  });
});
