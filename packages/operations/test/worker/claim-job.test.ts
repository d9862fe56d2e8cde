import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { claimJob, findAttempt, findJobView } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  expectAudit,
  NEXRENDER_JOB,
  NO_TRACE,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();

it('a claim on an empty queue is rejected and changes nothing', async () => {
  const seen = await farm.trace(() => claimJob(worker, { leaseMs: 30_000 }));
  expect(seen).toEqual({
    result: { ok: false, rejection: { code: 'queueEmpty' } },
    ...NO_TRACE,
  });
});

it('a claim gives the first job of the queue, with a new attempt and a lease', async () => {
  await aQueuedJob(farm, { priority: 10 });
  const { job } = await aQueuedJob(farm, { priority: 90, name: 'Outro' });
  const seen = await farm.trace(() => claimJob(worker, { leaseMs: 30_000 }));
  if (!seen.result.ok) throw new Error(seen.result.rejection.code);
  const claimed = seen.result.job;
  expect(claimed).toMatchObject({
    jobId: job.id,
    name: 'Outro',
    attempt: 1,
    nexrenderJob: NEXRENDER_JOB,
  });
  expect(claimed.treeMarker).toMatch(/^[0-9a-f]{32}$/);
  expectAudit(seen);
  expect(seen.changes).toEqual([
    {
      jobId: job.id,
      version: 2,
      event: 'claim',
      from: 'QUEUED',
      to: 'RENDERING',
      actor: 'render-01',
      facts: {},
      left: true,
      entered: false,
    },
  ]);
  expect(seen.notifications).toEqual([]);
  const { attemptId, treeMarker } = claimed;
  expect(await findAttempt(farm.db, attemptId)).toMatchObject({
    jobId: job.id,
    number: 1,
    host: 'render-01',
    workerId: worker.workerId,
    treeMarker,
    outcome: null,
    confirmedAt: null,
  });
  const view = await findJobView(farm.db, job.id);
  expect(view).toMatchObject({
    position: null,
    host: 'render-01',
    job: { status: 'RENDERING', attempts: 1, lease: { attemptId, host: 'render-01' } },
  });
  const { startedAt, lease } = view?.job ?? {};
  expect((lease?.expiresAt.getTime() ?? 0) - (startedAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(
    30_000,
  );
});

it('many claims at once give every job once, in queue order', async () => {
  while ((await claimJob(worker, { leaseMs: 30_000 })).ok);
  const made = await Promise.all(
    Array.from({ length: 40 }, (_, index) => aQueuedJob(farm, { priority: index % 9 })),
  );
  const workers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => farm.worker(`render-1${index}`)),
  );
  const claimed = await Promise.all(
    workers.map(async (each) => {
      const own: string[] = [];
      for (
        let claimed = await claimJob(each, { leaseMs: 30_000 });
        claimed.ok;
        claimed = await claimJob(each, { leaseMs: 30_000 })
      )
        own.push(claimed.job.jobId);
      return own;
    }),
  );
  expect(claimed.flat().sort()).toEqual(made.map(({ job }) => job.id).sort());
  const [{ attempts } = { attempts: 0 }] = await farm.sql<{ attempts: number }[]>`
    select count(*)::int as attempts from attempts
    where job_id = any(${made.map(({ job }) => job.id)}::uuid[])`;
  expect(attempts).toBe(40);
  const order = new Map(made.map(({ job }) => [job.id, job]));
  for (const own of claimed) {
    const priorities = own.map((id) => order.get(id)?.priority ?? 0);
    expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
  }
});

it('a claim that rolls back leaves the job unchanged and first in the queue', async () => {
  const { job } = await aQueuedJob(farm);
  const claim = await holdOpen(farm.db, (tx) => claimJob(within(tx, worker), { leaseMs: 30_000 }));
  expect(claim.result).toMatchObject({ job: { jobId: job.id } });
  await claim.rollBack();
  expect(await findJobView(farm.db, job.id)).toMatchObject({ job, position: 1 });
  expect([...(await farm.sql`select 1 from attempts where job_id = ${job.id}`)]).toEqual([]);
});
