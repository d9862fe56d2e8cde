import { expect, it } from 'vitest';
import { cancelJob, findJobView, reportOrphan } from '../../src/index.ts';
import {
  aFarm,
  anExpiredJob,
  attemptOf,
  expectAudit,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();

it('a queued job with a lost attempt is unconfirmed until the lost host reports', async () => {
  const dead = await farm.worker();
  const lost = await anExpiredJob(farm, { worker: dead });
  await recoverExpired(farm, { actor: 'recovery' });
  const seen = await farm.trace(() =>
    cancelJob(farm.admin, { id: lost.id, reason: 'wrong version' }),
  );
  expectAudit(seen, {
    action: 'cancelJob',
    outcome: 'done',
    jobId: lost.id,
    reason: 'wrong version',
    before: { status: 'QUEUED' },
    after: { status: 'CANCELLED', receipt: expect.any(Number) },
  });
  const view = await findJobView(farm.db, lost.id);
  expect(view).toMatchObject({
    job: { status: 'CANCELLED' },
    position: null,
    receipt: { outcome: 'unconfirmed', proof: null, host: dead.host },
  });

  await reportOrphan(await farm.worker(dead.host), {
    attempt: attemptOf(lost),
    reports: reports({ proof: 'kernel' }),
  });
  expect((await findJobView(farm.db, lost.id))?.receipt).toMatchObject({
    outcome: 'cancelled',
    proof: 'kernel',
    host: dead.host,
  });
});
