import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, findJobView } from '../../src/index.ts';
import { aFarm, anExpiredJob, recoverExpired, within } from '../../testing/index.ts';

const farm = aFarm();

it('recovery skips a job during its cancel; the next round ends it as unconfirmed', async () => {
  const { id } = await anExpiredJob(farm);
  const cancel = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id, reason: null }),
  );
  expect(await recoverExpired(farm, { actor: 'recovery' })).toEqual({ ok: true, ids: [] });
  await cancel.commit();
  expect(await recoverExpired(farm, { actor: 'recovery' })).toEqual({ ok: true, ids: [id] });
  expect(await findJobView(farm.db, id)).toMatchObject({
    job: { status: 'CANCELLED' },
    receipt: { outcome: 'unconfirmed' },
  });
});

it('a cancel during recovery waits, then ends the queued job as unconfirmed', async () => {
  const { id } = await anExpiredJob(farm);
  const recovery = await holdOpen(farm.db, (tx) =>
    recoverExpired({ db: tx }, { actor: 'recovery' }),
  );
  const cancelled = cancelJob(farm.admin, { id, reason: null });
  await waitUntilBlocked(farm.db);
  await recovery.commit();
  expect(await cancelled).toMatchObject({
    view: {
      job: { status: 'CANCELLED', attempts: 1 },
      receipt: { outcome: 'unconfirmed', host: 'render-01' },
    },
  });
});
