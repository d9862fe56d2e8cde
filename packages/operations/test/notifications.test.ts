/*
 * Notifications go only to who must act at once. The listener of the farm listens on each channel
 * that this version or an earlier one has, and each trace ends with a notification of its own that
 * it must hear.
 */
import { expect, it } from 'vitest';
import * as operations from '../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  aPublishingJob,
  aQueuedJob,
  aRunningJob,
  asking,
  attemptOf,
  cancel,
  HEALTHY,
  NEXRENDER_JOB,
  publishedBy,
  recordLog,
  recordProgress,
  recordUsage,
  recoverExpired,
  reports,
  signOn,
  silence,
} from '../testing/index.ts';

const farm = aFarm();
const LEASE_MS = 30_000;
const heardDuring = async (action: () => Promise<unknown>) =>
  (await farm.trace(action)).notifications;
const renew = (worker: operations.WorkerContext, attemptIds: readonly string[] = []) =>
  operations.renewLeases(worker, { attemptIds, leaseMs: LEASE_MS, state: HEALTHY });
async function cancelWaiting(): Promise<void> {
  for (const { id } of await farm.sql<{ id: string }[]>`
    select id from jobs where queue_key is not null`)
    await cancel(farm, id);
}
/** Each job that waits is cancelled, and each host signs off. */
async function clear(): Promise<void> {
  await cancelWaiting();
  await farm.sql`update render_hosts set stopped_at = clock_timestamp()`;
}

it('heartbeats of an idle farm, and what its APIs and hosts read, notify nobody', async () => {
  const workers = [await farm.worker('idle-01'), await farm.worker('idle-02')];
  const heard = await heardDuring(async () => {
    let { cursor } = await operations.readJobChanges(farm, { cursor: null });
    for (let beat = 1; beat <= 12; beat += 1) {
      for (const worker of workers) {
        expect(await renew(worker)).toMatchObject({ ownsHost: true });
        expect(await operations.claimJob(worker, { leaseMs: LEASE_MS })).toMatchObject({
          rejection: { code: 'queueEmpty' },
        });
      }
      ({ cursor } = await operations.readJobChanges(farm, { cursor }));
      await operations.listHostViews(farm.db);
      await operations.countIdleHosts(farm.db);
    }
  });
  expect(heard).toEqual([]);
  await clear();
});

it('what a worker writes of a job, from its claim to its end, notifies nobody', async () => {
  const worker = await farm.worker('busy-01');
  const { job } = await aQueuedJob(farm);
  await aQueuedJob(farm);
  const usage = [
    { at: '2026-03-01T12:00:00.000Z', cpuPercent: 99, memoryBytes: 5_000_000, processes: 3 },
  ];
  const heard = await heardDuring(async () => {
    await signOn(worker);
    const claimed = await operations.claimJob(worker, { leaseMs: LEASE_MS });
    if (!claimed.ok) throw new Error('nothing was claimed');
    const { attemptId } = claimed.job;
    const attempt = attemptOf(claimed.job);
    await operations.recordScratch(worker, { attemptId, scratchPath: '/scratch/a1' });
    const at = { phase: 'render', percent: 50, frame: 1, totalFrames: 2, steps: [] } as const;
    await recordProgress(worker, { progress: [{ attemptId, ...at }] });
    await recordUsage(worker, { attempts: [{ attemptId, usage, history: null }] });
    const chunks = [{ seq: 1, stream: 'nexrender', lines: ['> setup'] }] as const;
    await recordLog(worker, { attemptId, chunks });
    expect(await renew(worker, [attemptId])).toMatchObject({ lost: [] });
    expect(await operations.passPublishGate(worker, attempt)).toMatchObject({ ok: true });
    expect(await operations.allowPublish(worker, asking(attempt))).toMatchObject({ ok: true });
    expect(
      await operations.recordPublished(worker, publishedBy(attempt, { allPublished: true })),
    ).toMatchObject({ ok: true });
    const end = { kind: 'completed' } as const;
    const next = { leaseMs: LEASE_MS, tags: [] };
    const done = { attempt, end, signalled: false, reports: reports(), next };
    expect(await operations.finishAttempt(worker, done)).toMatchObject({ ok: true, next: {} });
    await operations.recordRenderer(worker, { renderer: 'aerender 26.0', standIn: false });
  });
  expect(heard).toEqual([]);
  expect(await operations.findJobView(farm.db, job.id)).toMatchObject({
    job: { status: 'COMPLETED' },
  });
  await clear();
});

it('a stop notifies its worker, and its proof the API that waits, and nobody else', async () => {
  const [worker, other] = [await farm.worker('stop-01'), await farm.worker('stop-02')];
  const { id, ...running } = await aRunningJob(farm, { worker });
  await aRunningJob(farm, { worker: other });
  const channel = `worker_${worker.workerId.replaceAll('-', '')}`;
  const attempt = attemptOf(running);
  expect(await heardDuring(() => cancel(farm, id))).toEqual([`${channel} ${running.attemptId}`]);
  expect(
    await heardDuring(async () => {
      await operations.recordStopReceived(worker, { attempt, afterMs: 3 });
      const { stopReport } = reports({ proof: null });
      await operations.reportStop(worker, { attempt, stopReport });
    }),
  ).toEqual([]);
  expect(
    await heardDuring(() => operations.acknowledgeStop(worker, { attempt, reports: reports() })),
  ).toEqual([`jobs ${id}`]);
  await clear();
});

it('a stop that ends in another way than with a proof notifies the API, too', async () => {
  const publishing = await aPublishingJob(farm, { worker: await farm.worker('first-01') });
  await cancel(farm, publishing.id);
  const done = { end: { kind: 'completed' }, signalled: false, reports: reports() } as const;
  expect(
    await heardDuring(() =>
      operations.finishAttempt(publishing.worker, { attempt: attemptOf(publishing), ...done }),
    ),
  ).toEqual([`jobs ${publishing.id}`]);
  const lost = await aCancellingJob(farm, { worker: await farm.worker('lost-01'), leaseMs: 0 });
  expect(await heardDuring(() => recoverExpired(farm))).toEqual([`jobs ${lost.id}`]);
  await clear();
});

it('new work notifies only while a host has a free slot and takes jobs', async () => {
  const submit = async () => {
    await cancelWaiting();
    return await heardDuring(() => aQueuedJob(farm));
  };
  const told = [expect.stringMatching(/^queue waits \d+\.1$/)];
  expect(await submit()).toEqual([]);
  const worker = await farm.worker('slots-01');
  expect(await submit()).toEqual(told);
  for (const sql of [
    'stopped_at = clock_timestamp()',
    'gone_at = clock_timestamp()',
    "problem = 'No disk.'",
    'draining = true',
  ]) {
    await farm.sql.unsafe(`update render_hosts set ${sql} where name = 'slots-01'`);
    expect(await submit(), sql).toEqual([]);
    await renew(worker);
  }
  await silence(farm, 'slots-01');
  expect(await submit()).toEqual([]);
  await renew(worker);
  expect(await submit()).toEqual(told);
  const held = [await aRunningJob(farm, { worker }), await aRunningJob(farm, { worker })];
  expect(await submit()).toEqual([]);
  const { job } = await aQueuedJob(farm);
  const change = { id: job.id, priority: 60, expectedVersion: null };
  expect(await heardDuring(() => operations.setPriority(farm.admin, change))).toEqual([]);
  await farm.sql`
    update jobs set lease_expires_at = clock_timestamp() where id = ${held[0]?.id ?? ''}`;
  expect(await submit()).toEqual(told);
  await clear();
});

it('new work behind a job that waits with the same tags notifies nobody', async () => {
  const worker = await farm.worker('behind-01');
  await renew(worker);
  const submit = (tags = '') =>
    heardDuring(() => aQueuedJob(farm, { nexrenderJob: { ...NEXRENDER_JOB, tags } }));
  const isOld = () => farm.sql`update jobs set created_at = clock_timestamp() - interval '1 hour'`;
  const isNew = () => farm.sql`update jobs set created_at = clock_timestamp() + interval '1 hour'`;
  const told = (tags = '') => [
    expect.stringMatching(new RegExp(`^queue waits \\d+\\.1 ?${tags}$`)),
  ];
  expect(await submit()).toEqual(told());
  await isNew();
  expect(await submit(), 'a host may not have heard of the first one yet').toEqual(told());
  await isOld();
  expect(await submit()).toEqual([]);
  expect(await submit('gpu'), 'other tags').toEqual(told('gpu'));
  await isOld();
  await farm.sql`update jobs set attempts = 1`;
  expect(await submit(), 'a host may have given the first ones back').toEqual(told());
  await isOld();
  expect(await submit(), 'but not the last one').toEqual([]);
  await clear();
});

it('a job that was locked notifies, unless another job with its tags waits', async () => {
  const worker = await farm.worker('locked-01');
  await renew(worker);
  const { job } = await aQueuedJob(farm);
  const change = async () => {
    await farm.sql`update jobs set created_at = clock_timestamp() - interval '1 hour'`;
    return await heardDuring(() =>
      operations.setPriority(farm.admin, { id: job.id, priority: 60, expectedVersion: null }),
    );
  };
  expect(await change()).toEqual([expect.stringMatching(/^queue waits \d+\.2$/)]);
  await aQueuedJob(farm);
  expect(await change()).toEqual([]);
  await clear();
});

it('no function of the database notifies', async () => {
  expect(
    await farm.sql`
      select proname from pg_proc
      where pronamespace = 'public'::regnamespace and prosrc ~* '\\mnotify\\M|pg_notify'`,
  ).toEqual([]);
});
