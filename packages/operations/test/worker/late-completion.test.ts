/*
 * A job failed because its last attempt was lost, and the host of that attempt reports later that
 * it had completed the job.
 */
import { beforeAll, expect, it } from 'vitest';
import { createWebhook } from '../../src/extras.ts';
import { findAttempt, findJobView } from '../../src/index.ts';
import {
  aFailedJob,
  aFarm,
  anExpiredJob,
  aReport,
  expectDone,
  FILM,
  type RunningJob,
  recoverExpired,
  restore,
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

const PUBLISHED = { publications: [{ what: FILM, state: 'published' }] } as const;
const restoreOf = async (job: RunningJob) =>
  expectDone(await restore(worker, aReport(worker, job, PUBLISHED)));

it('it is COMPLETED, its attempt too, and a message says so', async () => {
  const job = await anExpiredJob(farm, { worker });
  await farm.sql`update jobs set max_attempts = 1 where id = ${job.id}`;
  await recoverExpired(farm);
  expect((await findJobView(farm.db, job.id))?.job).toMatchObject({
    ...{ status: 'FAILED', failure: expect.stringContaining('No attempts are left') },
  });
  const seen = await farm.trace(() => restoreOf(job));
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
  await restoreOf(job); // the host sends its report again
  expect(await messagesOf(job.id)).toEqual(['job.failed', 'job.ended']);
});

it('a job that failed by itself stays FAILED', async () => {
  const job = await aFailedJob(farm, { worker });
  await restoreOf(job);
  expect(await findJobView(farm.db, job.id)).toMatchObject({
    job: { status: 'FAILED', failure: 'aerender failed.' },
  });
});
