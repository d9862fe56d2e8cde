import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, findJobView, finishAttempt } from '../../src/index.ts';
import {
  aFarm,
  aPublishingJob,
  aRunningJob,
  attemptOf,
  reports,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const COMPLETED = { kind: 'completed' } as const;

it('a cancel that comes just after the end is rejected', async () => {
  const running = await aPublishingJob(farm);
  const finish = await holdOpen(farm.db, (tx) =>
    finishAttempt(within(tx, running.worker), {
      attempt: attemptOf(running),
      end: COMPLETED,
      signalled: false,
      reports: reports(),
    }),
  );
  const cancelled = cancelJob(farm.admin, { id: running.id, reason: null });
  await waitUntilBlocked(farm.db);
  await finish.commit();
  expect(await cancelled).toMatchObject({
    ok: false,
    rejection: { code: 'alreadyEnded', status: 'COMPLETED' },
  });
});

it('a late success cannot undo a stop request', async () => {
  const running = await aRunningJob(farm);
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: running.id, reason: null }),
  );
  const finished = finishAttempt(running.worker, {
    attempt: attemptOf(running),
    end: COMPLETED,
    signalled: false,
    reports: reports(),
  });
  await waitUntilBlocked(farm.db);
  await cancel.commit();
  expect(await finished).toMatchObject({ rejection: { code: 'stopRequested' } });
  expect((await findJobView(farm.db, running.id))?.job.status).toBe('CANCELLING');
});

it('a late failure cannot undo a stop request', async () => {
  const running = await aPublishingJob(farm);
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: running.id, reason: null }),
  );
  const finished = finishAttempt(running.worker, {
    attempt: attemptOf(running),
    end: { kind: 'failed', failure: 'exit 1' },
    signalled: false,
    reports: reports(),
  });
  await waitUntilBlocked(farm.db);
  await cancel.commit();
  expect(await finished).toMatchObject({ rejection: { code: 'stopRequested' } });
});

it('an attempt that published before any signal finishes first, as its receipt says', async () => {
  const running = await aPublishingJob(farm);
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: running.id, reason: null }),
  );
  const finished = finishAttempt(running.worker, {
    attempt: attemptOf(running),
    end: COMPLETED,
    signalled: false,
    reports: reports(),
  });
  await waitUntilBlocked(farm.db);
  await cancel.commit();
  expect(await finished).toMatchObject({ ok: true });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'COMPLETED' },
    receipt: { outcome: 'finishedFirst', output: 'published' },
  });
});
