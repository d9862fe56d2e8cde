/* Who gets the next job, and when: also only after the journal of its host was sent. */

import { openIncarnation } from '@renderdeck/store';
import { holdOpen } from '@renderdeck/testing/race';
import { afterEach, expect, it } from 'vitest';
import {
  claimJob,
  findAttempt,
  findJobView,
  finishAttempt,
  readIncarnation,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  attemptOf,
  aWorker,
  expectAudit,
  expectDone,
  FAILED,
  NEXRENDER_JOB,
  NO_TRACE,
  reports,
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

/*
 * A host that keeps a journal claims only in the incarnation of the database to which it has sent
 * the journal, because the journal may say that the host has completed a job that waits there.
 */
const own = farm.hostOfFile('render-05');
const HOSTS = [
  ['a host', worker],
  ['a host with a login of its own', own.worker],
  ['a host whose row the database has lost', aWorker(farm.db, 'render-09')],
] as const;
afterEach(() => farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`);

async function newIncarnation() {
  await farm.sql`delete from database_incarnations`;
  const unseen = await readIncarnation(farm.db);
  await openIncarnation(farm.db);
  return { unseen, seen: await readIncarnation(farm.db) };
}
const unsent = (incarnation: string) => ({
  ok: false,
  rejection: { code: 'journalUnsent', incarnation },
});

it.each(HOSTS)('%s claims when its journal is sent to this incarnation', async (_who, worker) => {
  const claim = (journalSentTo: string | null, tags: readonly string[] = []) =>
    claimJob(worker, { leaseMs: 30_000, tags, journalSentTo });
  const [one, two, three] = [
    await aQueuedJob(farm),
    await aQueuedJob(farm),
    await aQueuedJob(farm),
  ].map(({ job }) => job.id);
  const first = await readIncarnation(farm.db);
  const trace = await farm.trace(() => claim(null));
  expect(trace).toEqual({ result: unsent(first), ...NO_TRACE });
  expect(await claim(null, ['gpu'])).toEqual(unsent(first));
  expect(await claim(first)).toMatchObject({ ok: true, job: { jobId: one } });
  expect(await claim(first, ['gpu'])).toMatchObject({ ok: true, job: { jobId: two } });

  const { unseen, seen } = await newIncarnation();
  for (const earlier of [first, unseen]) expect(await claim(earlier)).toEqual(unsent(seen));
  expect(await claim(seen)).toMatchObject({ ok: true, job: { jobId: three } });
  expect(await claim(seen)).toEqual({ ok: false, rejection: { code: 'queueEmpty' } });
  expect(await claim(first)).toEqual(unsent(seen));
});

it.each([
  ['no tags', []],
  ['a tag', ['gpu']],
])('an end saved by a host that offers %s claims no next job before', async (_what, tags) => {
  const journalSentTo = await readIncarnation(farm.db);
  const running = [await aRunningJob(farm, { worker }), await aRunningJob(farm, { worker })];
  const { job } = await aQueuedJob(farm);
  const { seen } = await newIncarnation();
  const ends = [];
  for (const [index, sentTo] of [journalSentTo, seen].entries()) {
    const attempt = running[index];
    if (attempt === undefined) throw new Error('no attempt');
    const given = { attempt: attemptOf(attempt), reports: reports(), signalled: false };
    const next = { leaseMs: 30_000, tags, journalSentTo: sentTo };
    ends.push(expectDone(await finishAttempt(worker, { ...given, end: FAILED, next })).next);
  }
  expect(ends).toMatchObject([null, { jobId: job.id }]);
});

it('a host without a journal, or with an older worker, claims in each incarnation', async () => {
  const { job } = await aQueuedJob(farm);
  await newIncarnation();
  const claimed = await claimJob(worker, { leaseMs: 30_000 });
  expect(claimed).toMatchObject({ ok: true, job: { jobId: job.id } });
});
