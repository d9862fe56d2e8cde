import { expect, it } from 'vitest';
import {
  claimJob,
  getJob,
  readSecrets,
  resubmitJob,
  setPriority,
  submitJob,
} from '../../src/index.ts';
import {
  aCompletedJob,
  aFarm,
  aQueuedJob,
  aRequestContext,
  cancel,
  expectAudit,
  expectDone,
} from '../../testing/index.ts';

const farm = aFarm();
const sam = aRequestContext(farm.db, 'sam', 'submitter');
const eve = aRequestContext(farm.db, 'eve', 'submitter');
const SECRET = 's3cr3t-of-sam';
const ORDER = {
  template: { src: `https://render:${SECRET}@files.example/intro.aep`, composition: 'main' },
  assets: [{ type: 'data', layerName: 'x', apiKey: SECRET }],
};
const LIMITS = { totalMs: 120_000 };
const idOf = (done: Awaited<ReturnType<typeof resubmitJob>>) => expectDone(done).view.job.id;
const submit = async (by = sam, priority = 50) =>
  idOf(await submitJob(by, { name: 'Intro', priority, nexrenderJob: ORDER, limits: LIMITS }));

it('queues the same order again, with its limits and its secrets, linked both ways', async () => {
  await farm.worker('idle-01');
  const id = await submit(farm.admin, 90);
  const seen = await farm.trace(() => resubmitJob(farm.admin, { id }));
  const { view } = expectDone(seen.result);
  expect(view).toMatchObject({
    job: { name: 'Intro', priority: 90, status: 'QUEUED', version: 1, attempts: 0 },
    rerunOf: id,
    rerunBy: [],
    receipt: null,
  });
  expect(JSON.stringify(seen)).not.toContain(SECRET);
  expectAudit(seen, {
    action: 'resubmitJob',
    outcome: 'done',
    actor: 'ada',
    jobId: view.job.id,
    after: { name: 'Intro', priority: 90, rerunOf: id },
  });
  expect(seen.changes.map(({ jobId, event, facts }) => [jobId, event, facts])).toEqual([
    [view.job.id, 'submit', { rerunOf: id }],
    [id, 'resubmit', { rerunBy: view.job.id }],
  ]);
  expect(seen.notifications).toEqual([expect.stringMatching(/^queue waits /)]);
  const source = expectDone(await getJob(farm, { id }));
  expect(source.view).toMatchObject({ job: { status: 'QUEUED', version: 2 }, rerunOf: null });
  expect(source.view.rerunBy).toEqual([view.job.id]);

  await cancel(farm, id);
  const worker = await farm.worker();
  const attempt = expectDone(await claimJob(worker, { leaseMs: 30_000 })).job;
  expect(attempt).toMatchObject({ jobId: view.job.id, limits: LIMITS });
  expect(JSON.stringify(attempt)).not.toContain(SECRET);
  const { nexrenderJob } = attempt;
  expect(source.hidden).not.toEqual([]);
  expect(expectDone(await getJob(farm, { id: view.job.id })).hidden).toEqual(source.hidden);
  expect(await readSecrets(worker, { attempt, nexrenderJob })).toMatchObject({
    ok: true,
    nexrenderJob: ORDER,
  });
});

it('a submitter runs its own jobs again, an admin any', async () => {
  const id = await submit();
  expect(await resubmitJob(eve, { id })).toEqual({
    ok: false,
    rejection: { code: 'notOwnJob', submittedBy: 'sam', kind: 'user' },
  });
  expect(await resubmitJob(sam, { id, name: 'Again' })).toMatchObject({
    ok: true,
    view: { job: { name: 'Again', submittedBy: 'sam' } },
  });
  expect((await resubmitJob(farm.admin, { id })).ok).toBe(true);
  const { job } = await aQueuedJob(farm);
  expect((await resubmitJob(farm.admin, { id: job.id })).ok).toBe(true);
});

it('a submitter gets no priority that is too high for a submitter', async () => {
  const id = await submit();
  await setPriority(farm.admin, { id, priority: 90, expectedVersion: null });
  expect(await resubmitJob(sam, { id })).toMatchObject({ view: { job: { priority: 50 } } });
  expect(await resubmitJob(sam, { id, priority: 51 })).toEqual({
    ok: false,
    rejection: { code: 'priorityTooHigh', priority: 51, most: 50 },
  });
});

it('a repeat with the same key returns the first new job; another order is rejected', async () => {
  const id = await submit();
  const again = { id, idempotencyKey: 'again-1' };
  const first = await resubmitJob(sam, again);
  const seen = await farm.trace(() => resubmitJob(sam, again));
  expect(seen).toMatchObject({ result: first, changes: [] });
  expectAudit(seen, {
    action: 'resubmitJob',
    outcome: 'noop',
    actor: 'sam',
    jobId: idOf(first),
  });
  expect(await resubmitJob(sam, { ...again, priority: 3 })).toMatchObject({
    rejection: { code: 'keyReused' },
  });
});

it('a job whose secrets were deleted is rejected, and nothing is queued', async () => {
  const id = await submit();
  await farm.sql`delete from job_secrets where job_id = ${id}`;
  await farm.sql`update job_definitions set secrets_deleted_at = now() where job_id = ${id}`;
  const seen = await farm.trace(() => resubmitJob(sam, { id, idempotencyKey: 'gone-1' }));
  expect(seen).toMatchObject({
    result: { ok: false, rejection: { code: 'secretsGone', id } },
    changes: [],
    audit: [],
  });
});

it('an ended job without secrets runs again', async () => {
  const { id } = await aCompletedJob(farm);
  expect(await resubmitJob(farm.admin, { id })).toMatchObject({ ok: true, view: { rerunOf: id } });
});
