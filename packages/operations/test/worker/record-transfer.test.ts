/* How far the transfers of a render are: from the report of its host to what clients get. */
import type { Transfer } from '@renderdeck/domain';
import { databaseOf } from '@renderdeck/store/connect';
import { expect, it } from 'vitest';
import {
  cancelJob,
  createHostReader,
  findAttempt,
  findJobView,
  finishAttempt,
  recordReports,
  releaseAttempt,
} from '../../src/index.ts';
import {
  aFarm,
  aRunningJob,
  attemptOf,
  expectAudit,
  expectDone,
  recordProgress,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile('transfer-1');
const MB = 1_000_000;
const DOWNLOAD: Transfer = {
  ...{ direction: 'download', files: 7, filesDone: 3, names: ['a.mov (assets[3].src)'] },
  ...{ bytes: 400 * MB, totalBytes: 1600 * MB, bytesPerSecond: 10 * MB },
};
const VIEW = { ...DOWNLOAD, reportedAt: expect.any(Date), timeLeftMs: 120_000 };

type Running = { readonly id: string; readonly attemptId: string };
const report = ({ attemptId }: Running, transfer: Transfer | undefined, phase = 'downloading') =>
  recordProgress(worker, {
    progress: [
      { attemptId, phase, percent: 0, frame: null, totalFrames: null, transfer, steps: [] },
    ],
  });
const shown = async ({ id }: Running) => (await findJobView(farm.db, id))?.transfer;

it('a transfer is saved with the progress, and is gone with the report of its end', async () => {
  const [job, other] = [await aRunningJob(farm, { worker }), await aRunningJob(farm, { worker })];
  expect(await shown(job)).toBeNull();
  const seen = await farm.trace(() => report(job, DOWNLOAD));
  expectAudit(seen);
  expect([seen.changes, seen.notifications]).toEqual([[], []]);
  expect([await shown(job), await shown(other)]).toEqual([VIEW, null]);
  // A report without progress changes nothing of it.
  await recordReports(worker, { reports: [{ attemptId: job.attemptId, usage: [] }] });
  expect(await shown(job)).toEqual(VIEW);
  await report(job, { ...DOWNLOAD, totalBytes: null, bytesPerSecond: null });
  expect(await shown(job)).toMatchObject({ totalBytes: null, bytesPerSecond: null });
  await report(job, undefined, 'rendering');
  expect(await shown(job)).toBeNull();
});

it('an old report has no rate, for the job and for the followers of hosts', async () => {
  const job = await aRunningJob(farm, { worker });
  await report(job, DOWNLOAD);
  const reader = createHostReader();
  const ofHost = async () => {
    const host = (await reader.read(farm.db)).find(({ name }) => name === worker.host);
    return host?.jobs.find(({ id }) => id === job.id)?.transfer;
  };
  expect(await ofHost()).toEqual(VIEW);
  await farm.sql`
    update attempts set progress_at = progress_at - interval '31 seconds'
    where id = ${job.attemptId}`;
  const old = { bytes: 400 * MB, totalBytes: 1600 * MB, bytesPerSecond: null, timeLeftMs: null };
  expect(await shown(job)).toMatchObject(old);
  expect(await ofHost()).toMatchObject(old);
});

it('the rate goes when a report grows old, without any change in the database', async () => {
  const job = await aRunningJob(farm, { worker });
  await report(job, DOWNLOAD);
  const reader = createHostReader();
  const rate = async (db = farm.db) =>
    (await reader.read(db)).flatMap(({ jobs }) => jobs).find(({ id }) => id === job.id)?.transfer
      ?.bytesPerSecond;
  expect(await rate()).toBe(10 * MB);
  /** The database of this farm, a minute later. */
  const later = databaseOf(async (text, ...sent) => {
    const answer = await farm.db.send(text, ...sent);
    if (!text.includes('as "atMs"')) return answer;
    return answer.map((row) => ({ ...row, atMs: row.atMs + 60_000 }));
  }, farm.db.begin);
  expect(await rate(later)).toBeNull();
});

it('a job that is stopped, waits again or has ended shows nothing', async () => {
  const [stopped, waits, ended] = [
    await aRunningJob(farm, { worker }),
    await aRunningJob(farm, { worker }),
    await aRunningJob(farm, { worker }),
  ];
  for (const job of [stopped, waits, ended]) await report(job, DOWNLOAD);
  expectDone(await cancelJob(farm.admin, { id: stopped.id, reason: null }));
  expectDone(
    await releaseAttempt(worker, {
      ...{ attempt: attemptOf(waits), reports: reports(), why: 'The worker ended.' },
      ...{ outcome: 'released', killed: null },
    }),
  );
  expectDone(
    await finishAttempt(worker, {
      ...{ attempt: attemptOf(ended), end: { kind: 'completed' }, signalled: false },
      reports: reports(),
    }),
  );
  expect([await shown(stopped), await shown(waits), await shown(ended)]).toEqual([
    ...[null, null, null],
  ]);
  // The attempt keeps what its host reported last; nobody is shown it.
  expect((await findAttempt(farm.db, ended.attemptId))?.transfer).toEqual(DOWNLOAD);
});
