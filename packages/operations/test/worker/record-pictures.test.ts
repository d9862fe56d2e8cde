/* What a host reports of a render while it runs: its pictures, and how far its transfers are. */

import type { Transfer } from '@renderdeck/domain';
import { databaseOf } from '@renderdeck/store/connect';
import { expect, it } from 'vitest';
import {
  createHostReader,
  findAttempt,
  findJobView,
  getPicture,
  listPictures,
  recordNoPicture,
  recordPictures,
  recordReports,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  COMPLETED,
  cancel,
  expectDone,
  finish,
  NO_TRACE,
  recordProgress,
  release,
} from '../../testing/index.ts';

const farm = aFarm();
const context = { db: farm.db };
const worker = farm.workerOfFile('render-01');
/** The head of a lossy WebP with sides of this length, and a name instead of a frame. */
function webp(name: string, side = 96): string {
  const head = Buffer.from('RIFF____WEBPVP8 ______________');
  head.writeUInt16LE(side, 26);
  head.writeUInt16LE(side, 28);
  return Buffer.concat([head, Buffer.from(name)]).toString('base64');
}
const picture = (number: number, moment: 'middle' | null = null) => ({
  ...{ number, frame: number * 10, moment, width: 320, height: 180 },
  ...{ picture: webp(`large ${number}`), small: webp(`small ${number}`) },
});
const picturesOf = async (id: string) => (await listPictures(context, [id]))[0];
const LOST = { ok: false, rejection: { code: 'lostAttempt' } };

it('the newest picture stands for a sequence, and the middle one for a film', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  expect(await picturesOf(id)).toMatchObject({ why: 'noFrame', pictures: [] });
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(2), picture(1)] }));
  expect(await picturesOf(id)).toMatchObject({
    why: null,
    attempt: { number: 1, hasEnded: false },
    pictures: [{ number: 1, frame: 10 }, { number: 2 }],
    small: webp('small 2'),
  });
  // Number 6 takes the place of number 2, and number 2 does not come back.
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(6)] }));
  expect(await recordPictures(worker, { attemptId, pictures: [picture(2)] })).toMatchObject(LOST);
  expect((await picturesOf(id))?.pictures.map(({ number }) => number)).toEqual([1, 6]);
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(4, 'middle')] }));
  expect((await picturesOf(id))?.small).toBe(webp('small 4'));
});

it('one picture is read by its attempt and number', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  const one = { id, attempt: 1, number: 1 };
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(1)] }));
  expect(await getPicture(context, one)).toEqual({ ok: true, picture: webp('large 1') });
  expect(await getPicture(context, { ...one, number: 2 })).toMatchObject({
    rejection: { code: 'noPicture', attempt: 1, number: 2 },
  });
  expect(await picturesOf(crypto.randomUUID())).toBeUndefined();
});

it('what a host stored in place of a small picture is not shown', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  const stored = { ...picture(1), picture: webp('large', 16_383), small: webp('small', 16_383) };
  expectDone(await recordPictures(worker, { attemptId, pictures: [stored] }));
  expect(await picturesOf(id)).toMatchObject({ why: 'unreadable', pictures: [], small: null });
  expect(await getPicture(context, { id, attempt: 1, number: 1 })).toMatchObject({
    rejection: { code: 'noPicture' },
  });
});

it('why there is none: before an attempt, as the host says, until there is one', async () => {
  expect(await picturesOf((await aQueuedJob(farm)).job.id)).toMatchObject({
    ...{ why: 'notStarted', attempt: null, small: null },
  });
  const { id, attemptId } = await aRunningJob(farm, { worker });
  expectDone(await recordNoPicture(worker, { attemptId, why: 'noFfmpeg' }));
  expect(await picturesOf(id)).toMatchObject({ why: 'noFfmpeg' });
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(1)] }));
  expect(await recordNoPicture(worker, { attemptId, why: 'noFfmpeg' })).toMatchObject(LOST);
  expect(await picturesOf(id)).toMatchObject({ why: null, pictures: [{ number: 1 }] });
});

it('an attempt that has ended takes no picture and keeps those that it has', async () => {
  const running = await aRunningJob(farm, { worker });
  const { id, attemptId } = running;
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(1)] }));
  expectDone(await finish(running));
  expect(await recordPictures(worker, { attemptId, pictures: [picture(2)] })).toMatchObject(LOST);
  expect(await recordNoPicture(worker, { attemptId, why: 'off' })).toMatchObject(LOST);
  expect(await picturesOf(id)).toMatchObject({
    ...{ attempt: { hasEnded: true }, pictures: [{ number: 1 }] },
  });
});

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
  expect(seen).toMatchObject(NO_TRACE);
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
  expectDone(await cancel(farm, stopped.id));
  expectDone(await release(waits));
  expectDone(await finish(ended, COMPLETED));
  for (const job of [stopped, waits, ended]) expect(await shown(job)).toBeNull();
  // The attempt keeps what its host reported last; nobody is shown it.
  expect((await findAttempt(farm.db, ended.attemptId))?.transfer).toEqual(DOWNLOAD);
});
