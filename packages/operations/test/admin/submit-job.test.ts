import { randomUUID } from 'node:crypto';
import { holdOpen, waitUntilBlocked } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { type Attempt, claimJob, getJob, readSecrets, submitJob } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  cancel,
  expectAudit,
  expectDone,
  NEXRENDER_JOB,
  within,
} from '../../testing/index.ts';

const farm = aFarm();
const sam = aRequestContext(farm.db, 'sam', 'submitter');
const WITH_SECRETS = {
  template: { src: 'https://render:s3cr3t-one@files.example/intro.aep', composition: 'main' },
  actions: {
    postrender: [
      {
        module: '@nexrender/action-upload',
        params: { credentials: { key: 's3cr3t-two' }, apiKey: 's3cr3t-three' },
      },
    ],
  },
  assets: [
    {
      type: 'image',
      src: 'https://cdn.example/a.png?X-Amz-Signature=s3cr3t-four&layer=8',
      layerIndex: '8',
    },
  ],
};

it('a job queues behind its priority, with history, audit line and notifications', async () => {
  await farm.worker('idle-01');
  await aQueuedJob(farm, { priority: 50 });
  await aQueuedJob(farm, { priority: 40 });
  const nexrenderJob = { template: { src: 'd:\\intro.aep' } };
  const seen = await farm.trace(() =>
    submitJob(sam, { name: 'Intro', priority: 50, nexrenderJob, limits: {} }),
  );
  const { job, ...view } = expectDone(seen.result).view;
  expect(view).toEqual({
    position: 2,
    drainedHosts: null,
    progress: 0,
    timeLeftMs: null,
    estimate: null,
    transfer: null,
    phase: null,
    host: null,
    receipt: null,
    rerunOf: null,
    rerunBy: [],
    openAttempts: [],
    keptOff: [],
    noHostLeft: false,
    noHostOffers: null,
  });
  expect(job).toMatchObject({
    name: 'Intro',
    status: 'QUEUED',
    priority: 50,
    version: 1,
    submittedBy: 'sam',
    attempts: 0,
    maxAttempts: 3,
    lease: null,
  });
  expectAudit(seen, {
    action: 'submitJob',
    outcome: 'done',
    actor: 'sam',
    jobId: job.id,
    after: { name: 'Intro', priority: 50 },
  });
  expect(seen.changes).toEqual([
    {
      jobId: job.id,
      version: 1,
      event: 'submit',
      from: null,
      to: 'QUEUED',
      actor: 'sam',
      facts: {},
      left: false,
      entered: true,
    },
  ]);
  expect(seen.notifications).toEqual([expect.stringMatching(/^queue waits \d+\.\d+$/)]);
});

it('secrets are stored apart, and the host that renders gets the job as submitted', async () => {
  const submitted = await submitJob(sam, {
    name: 'Secret',
    priority: 100,
    submitPriorityMax: 100,
    nexrenderJob: WITH_SECRETS,
    limits: { totalMs: 60_000 },
  });
  const { job } = expectDone(submitted).view;
  const leaks = await farm.sql`
    select 'jobs' as at from jobs t where t::text like '%s3cr3t%'
    union all select 'definitions' from job_definitions t where t::text like '%s3cr3t%'
    union all select 'changes' from job_changes t where t::text like '%s3cr3t%'
    union all select 'audit' from audit_log t where t::text like '%s3cr3t%'`;
  expect([...leaks]).toEqual([]);
  const detail = await getJob(farm, { id: job.id });
  expect(JSON.stringify(detail)).not.toContain('s3cr3t');
  expect(JSON.stringify(detail)).toContain('•••');
  const worker = await farm.worker();
  const attempt = expectDone(await claimJob(worker, { leaseMs: 30_000 })).job;
  expect(attempt).toMatchObject({ jobId: job.id });
  expect(JSON.stringify(attempt)).not.toContain('s3cr3t');
  const { nexrenderJob } = attempt;
  const read = (by = worker, of: Attempt = attempt) =>
    readSecrets(by, { attempt: of, nexrenderJob });
  expect(await read()).toMatchObject({ ok: true, nexrenderJob: WITH_SECRETS });
  const lost = { ok: false, rejection: { code: 'lostAttempt' } };
  expect(await read(await farm.worker())).toMatchObject(lost);
  expect(await read(worker, { ...attempt, attemptId: randomUUID() })).toMatchObject(lost);
  await farm.sql`update jobs set lease_expires_at = null where id = ${job.id}`;
  expect(await read()).toMatchObject(lost);
});

it('a job without secrets stores none', async () => {
  const { job } = await aQueuedJob(farm);
  expect([...(await farm.sql`select 1 from job_secrets where job_id = ${job.id}`)]).toEqual([]);
});

it('a submission that is not committed can be neither seen nor claimed', async () => {
  const worker = await farm.worker();
  while ((await claimJob(worker, { leaseMs: 30_000 })).ok);
  const submission = await holdOpen(farm.db, (tx) =>
    submitJob(within(tx, sam), { name: 'Held', priority: 50, nexrenderJob: {}, limits: {} }),
  );
  expect(await claimJob(worker, { leaseMs: 30_000 })).toMatchObject({
    rejection: { code: 'queueEmpty' },
  });
  await submission.rollBack();
  expect(await getJob(farm, { id: expectDone(submission.result).view.job.id })).toMatchObject({
    ok: false,
  });
});

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
  await cancel(farm, id);
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
