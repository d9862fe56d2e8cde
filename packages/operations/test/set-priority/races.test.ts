import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, claimJob, findJobView, setPriority } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  cancel,
  expectAudit,
  expectDone,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const eve = aRequestContext(farm.db, 'eve');

it('of two admins with the same version one wins; the other gets the winner’s name', async () => {
  const { job } = await aQueuedJob(farm);
  const first = await holdOpen(farm.db, (tx) =>
    setPriority(within(tx, farm.admin), { id: job.id, priority: 80, expectedVersion: 1 }),
  );
  const second = setPriority(eve, { id: job.id, priority: 20, expectedVersion: 1 });
  await waitUntilBlocked(farm.db);
  await first.commit();
  expect(await second).toMatchObject({
    rejection: { code: 'staleVersion', change: { by: 'ada', what: 'priority 50 → 80' } },
  });
  await cancel(farm, job.id);
});

it('changes of two jobs run one after the other, so both positions are exact', async () => {
  const [a, b] = [await aQueuedJob(farm), await aQueuedJob(farm)];
  const first = await holdOpen(farm.db, (tx) =>
    setPriority(within(tx, farm.admin), { id: b.job.id, priority: 80, expectedVersion: null }),
  );
  const second = setPriority(eve, { id: a.job.id, priority: 60, expectedVersion: null });
  await waitUntilBlocked(farm.db);
  await first.commit();
  expect(first.result).toMatchObject({ receipt: { position: { before: 2, after: 1 } } });
  expect(await second).toMatchObject({ receipt: { position: { before: 2, after: 2 } } });
  for (const { job } of [a, b]) await cancel(farm, job.id);
});

it('claims, submissions and cancels of other jobs never wait for a priority change', async () => {
  const [a, b, c] = [await aQueuedJob(farm), await aQueuedJob(farm), await aQueuedJob(farm)];
  const change = await holdOpen(farm.db, (tx) =>
    setPriority(within(tx, farm.admin), { id: a.job.id, priority: 90, expectedVersion: null }),
  );
  expect(await claimJob(worker, { leaseMs: 30_000 })).toMatchObject({
    job: { jobId: b.job.id },
  });
  expect(await cancel(farm, c.job.id)).toMatchObject({ ok: true });
  await aQueuedJob(farm);
  await change.commit();
  expect(await claimJob(worker, { leaseMs: 30_000 })).toMatchObject({
    job: { jobId: a.job.id },
  });
});

it('a job that is claimed during a priority change keeps its priority', async () => {
  const { job } = await aQueuedJob(farm, { priority: 99 });
  const claim = await holdOpen(farm.db, (tx) => claimJob(within(tx, worker), { leaseMs: 30_000 }));
  const change = setPriority(farm.admin, { id: job.id, priority: 10, expectedVersion: null });
  await waitUntilBlocked(farm.db);
  await claim.commit();
  expect(await change).toMatchObject({
    rejection: { code: 'notQueued', status: 'RENDERING', host: 'render-01' },
  });
});

it('both positions are counted at one moment after the save', async () => {
  await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
  for (let index = 0; index < 4; index += 1) await aQueuedJob(farm, { priority: 90 });
  const { job } = await aQueuedJob(farm, { priority: 60 });
  await aQueuedJob(farm, { priority: 30 });
  // A change of priority writes its history, so it waits here, between its statements.
  const history = await holdOpen(farm.db, async (tx) => {
    await tx.execute('lock table job_changes in share mode');
    return tx;
  });

  const seen = await farm.trace(async () => {
    const change = setPriority(farm.admin, { id: job.id, priority: 20, expectedVersion: null });
    await waitUntilBlocked(farm.db);
    for (let claims = 0; claims < 4; claims += 1)
      expectDone(await claimJob(within(history.result, worker), { leaseMs: 30_000 }));
    await history.commit();
    return expectDone(await change);
  });
  const { receipt, view } = seen.result;
  const [{ now } = { now: null }] = await farm.sql<
    { now: Date }[]
  >`select clock_timestamp() as now`;
  expect(receipt.position).toEqual({ before: 1, after: 2 });
  expect(view.position).toBe(2);
  expect(receipt.changedAt <= receipt.countedAt && receipt.countedAt <= (now ?? 0)).toBe(true);
  expectAudit(seen, {
    action: 'setPriority',
    outcome: 'done',
    jobId: job.id,
    before: { priority: 60, position: 1 },
    after: { priority: 20, position: 2 },
  });
});

it('many changes, submissions, claims and cancels at once leave each position once', async () => {
  const jobs = await Promise.all(
    Array.from({ length: 24 }, (_, index) => aQueuedJob(farm, { priority: index })),
  );
  await Promise.all(
    jobs.flatMap(({ job }, index) => [
      setPriority(farm.admin, { id: job.id, priority: (index * 37) % 101, expectedVersion: null }),
      index % 4 === 0 ? cancelJob(eve, { id: job.id, reason: null }) : null,
      index % 6 === 0 ? claimJob(worker, { leaseMs: 30_000 }) : null,
      index % 3 === 0 ? aQueuedJob(farm, { priority: 50 }) : null,
    ]),
  );
  const ids = (
    await farm.sql<
      { id: string }[]
    >`select id from jobs where queue_key is not null order by queue_key`
  ).map(({ id }) => id);
  const places = await Promise.all(
    ids.map(async (id) => (await findJobView(farm.db, id))?.position),
  );
  expect(places).toEqual(ids.map((_, index) => index + 1));
});
