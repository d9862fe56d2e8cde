import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, findJobView, recoverExpired } from '../../src/index.ts';
import { aFarm, anExpiredJob, within } from '../../testing/index.ts';

const farm = await aFarm();

it('recovery passes over a job that is being cancelled; the next round gives it up, unconfirmed', async () => {
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

it('a cancel that comes while a job is being taken back waits, and ends it in the queue: unconfirmed, for its host is silent', async () => {
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
