import { randomUUID } from 'node:crypto';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { type Attempt, claimJob, getJob, readSecrets, submitJob } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  expectAudit,
  expectDone,
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
