/* Pictures of an attempt: which one stands for the job, and which late ones are refused. */
import { expect, test } from 'vitest';
import {
  finishAttempt,
  getPicture,
  listPictures,
  recordNoPicture,
  recordPictures,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  attemptOf,
  expectDone,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const context = { db: farm.db };
const worker = farm.workerOfFile('render-01');
const text = (name: string) => Buffer.from(name).toString('base64');
const picture = (number: number, moment: 'middle' | null = null) => ({
  ...{ number, frame: number * 10, moment, width: 320, height: 180 },
  ...{ picture: text(`large ${number}`), small: text(`small ${number}`) },
});
const picturesOf = async (id: string) => (await listPictures(context, [id]))[0];
const LOST = { ok: false, rejection: { code: 'lostAttempt' } };

test('the newest picture stands for a sequence, and the middle one for a film', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  expect(await picturesOf(id)).toMatchObject({ why: 'noFrame', pictures: [] });
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(2), picture(1)] }));
  expect(await picturesOf(id)).toMatchObject({
    why: null,
    attempt: { number: 1, hasEnded: false },
    pictures: [{ number: 1, frame: 10 }, { number: 2 }],
    small: text('small 2'),
  });
  // Number 6 takes the place of number 2, and number 2 does not come back.
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(6)] }));
  expect(await recordPictures(worker, { attemptId, pictures: [picture(2)] })).toMatchObject(LOST);
  expect((await picturesOf(id))?.pictures.map(({ number }) => number)).toEqual([1, 6]);
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(4, 'middle')] }));
  expect((await picturesOf(id))?.small).toBe(text('small 4'));
});

test('one picture is read by its attempt and number', async () => {
  const { id, attemptId } = await aRunningJob(farm, { worker });
  const one = { id, attempt: 1, number: 1 };
  const unknown = crypto.randomUUID();
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(1)] }));
  expect(await getPicture(context, one)).toEqual({ ok: true, picture: text('large 1') });
  expect(await getPicture(context, { ...one, number: 2 })).toMatchObject({
    rejection: { code: 'noPicture', attempt: 1, number: 2 },
  });
  expect(await getPicture(context, { ...one, id: unknown })).toMatchObject({
    rejection: { code: 'unknownJob', id: unknown },
  });
  expect(await picturesOf(unknown)).toBeUndefined();
});

test('why there is none: before an attempt, as the host says, until there is one', async () => {
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

test('an attempt that has ended takes no picture and keeps those that it has', async () => {
  const running = await aRunningJob(farm, { worker });
  const { id, attemptId } = running;
  expectDone(await recordPictures(worker, { attemptId, pictures: [picture(1)] }));
  const end = { kind: 'failed', failure: 'It failed.' } as const;
  const over = { attempt: attemptOf(running), end, signalled: false, reports: reports() };
  expectDone(await finishAttempt(worker, over));
  expect(await recordPictures(worker, { attemptId, pictures: [picture(2)] })).toMatchObject(LOST);
  expect(await recordNoPicture(worker, { attemptId, why: 'off' })).toMatchObject(LOST);
  expect(await picturesOf(id)).toMatchObject({
    ...{ attempt: { hasEnded: true }, pictures: [{ number: 1 }] },
  });
});
