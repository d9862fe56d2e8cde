/* A host's own login writes pictures only of what it renders, and only in their places. */
import { expect, test } from 'vitest';
import { finishAttempt, recordPictures } from '../../src/index.ts';
import { aFarm, aRunningJob, attemptOf, expectDone, reports } from '../../testing/index.ts';

const farm = aFarm();
const A_PICTURE = {
  ...{ number: 1, frame: 12, moment: null, width: 320, height: 180 },
  ...{ picture: 'UklGRg==', small: 'UklGRg==' },
};

test('a login writes a picture only while it holds the job', async () => {
  const host = await farm.hostWithLogin('ae-01');
  const job = await aRunningJob(farm, { worker: host.worker });
  const { attemptId } = job;
  expectDone(await recordPictures(host.worker, { attemptId, pictures: [A_PICTURE] }));
  const insert = (slot: number) =>
    host.sql`insert into job_pictures (attempt_id, slot, number, picture, small)
      values (${attemptId}, ${slot}, ${slot}, 'x', 'x')`.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
  expect(await insert(5)).toBe('done');
  expect(await insert(6)).toBe('23514');
  const end = { kind: 'failed', failure: 'It failed.' } as const;
  const over = { attempt: attemptOf(job), end, signalled: false, reports: reports() };
  expectDone(await finishAttempt(host.worker, over));
  expect(await insert(4)).toBe('42501');
  const late = await recordPictures(host.worker, { attemptId, pictures: [A_PICTURE] });
  expect(late).toMatchObject({ ok: false, rejection: { code: 'lostAttempt' } });
});
