import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, submitJob } from '../../src/index.ts';
import { aFarm, aRequestContext, expectAudit, NEXRENDER_JOB, within } from '../../testing/index.ts';

const farm = aFarm();
const sam = aRequestContext(farm.db, 'sam', 'submitter');
const submission = { name: 'Intro', priority: 50, nexrenderJob: NEXRENDER_JOB, limits: {} };
const once = (key: string, change: object = {}, by = sam) =>
  submitJob(by, { ...submission, ...change, idempotencyKey: key });
const jobOf = (submitted: Awaited<ReturnType<typeof submitJob>>) =>
  submitted.ok ? submitted.view.job.id : 'refused';
const viewOf = (submitted: Awaited<ReturnType<typeof submitJob>>) =>
  submitted.ok ? submitted.view : null;

it('a repeated submission returns the first job and only writes a noop audit line', async () => {
  const first = await once('key-1');
  const seen = await farm.trace(() =>
    once('key-1', {
      nexrenderJob: { assets: NEXRENDER_JOB.assets, template: NEXRENDER_JOB.template },
    }),
  );
  // Only a read of the job says when it starts.
  expect(seen.result).toEqual({
    ...first,
    view: { ...viewOf(first), estimate: expect.anything() },
  });
  expect(seen.changes).toEqual([]);
  expectAudit(seen, { actor: 'sam', action: 'submitJob', outcome: 'noop', jobId: jobOf(first) });
});

it('a repeated submission returns the first job in its current state', async () => {
  const id = jobOf(await once('key-2'));
  await cancelJob(farm.admin, { id, reason: null });
  expect(await once('key-2')).toMatchObject({
    ok: true,
    view: { job: { id, status: 'CANCELLED' } },
  });
});

it('a different submission with a used key is rejected, and changes nothing', async () => {
  const jobId = jobOf(await once('key-3'));
  for (const change of [
    { priority: 49 },
    { name: 'Outro' },
    { nexrenderJob: { ...NEXRENDER_JOB, tags: 'x' } },
    { limits: { totalMs: 60_000 } },
  ]) {
    const seen = await farm.trace(() => once('key-3', change));
    expect(seen).toMatchObject({
      result: { ok: false, rejection: { code: 'keyReused', jobId } },
      changes: [],
      audit: [],
    });
  }
});

it('a key is valid only for the user or token that sent it', async () => {
  const other = aRequestContext(farm.db, 'eve', 'submitter');
  const eve = {
    ...other,
    requestContext: {
      ...other.requestContext,
      actor: {
        kind: 'token',
        id: '0198a000-0000-7000-8000-0000000e0e01',
        name: 'sam',
        role: 'submitter',
      },
    },
  } as const;
  expect(jobOf(await once('key-4', {}, eve))).not.toBe(jobOf(await once('key-4')));
});

it('two submissions at once become one job, because the second waits for the first', async () => {
  const first = await holdOpen(farm.db, (tx) =>
    submitJob(within(tx, sam), { ...submission, idempotencyKey: 'key-5' }),
  );
  const second = once('key-5');
  await waitUntilBlocked(farm.db);
  await first.commit();
  expect(jobOf(await second)).toBe(jobOf(first.result));
});

it('if the first submission rolls back, the second becomes the job', async () => {
  const first = await holdOpen(farm.db, (tx) =>
    submitJob(within(tx, sam), { ...submission, idempotencyKey: 'key-6' }),
  );
  const second = once('key-6');
  await waitUntilBlocked(farm.db);
  await first.rollBack();
  expect(jobOf(await second)).not.toBe(jobOf(first.result));
  expect(jobOf(await second)).not.toBe('refused');
});
