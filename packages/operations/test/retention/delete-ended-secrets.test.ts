/*
 * The secrets of ended jobs are deleted after a time, with the API's own role. Everything else of
 * the job stays, and a job that may run again keeps its secrets.
 */
import { connect, type Store } from '@renderdeck/store/connect';
import { holdOpen } from '@renderdeck/testing/race';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { deleteEndedSecrets } from '../../src/extras.ts';
import { cancelJob, claimJob, getJob, readSecrets } from '../../src/index.ts';
import {
  aCancellingJob,
  aCompletedJob,
  aFailedJob,
  aFarm,
  anOpenAttempt,
  aQueuedJob,
  aRequestContext,
  aRunningJob,
  attemptOf,
  cancel,
  expectDone,
  within,
} from '../../testing/index.ts';

const DAY_MS = 86_400_000;
const farm = aFarm();
let api: Store;
beforeAll(async () => {
  api = connect(await farm.urlAs('renderdeck_api'), { name: 'api' });
});
afterAll(() => api.close());
beforeEach(async () => {
  await farm.sql`truncate jobs, job_changes cascade`;
});

const nexrenderJob = {
  template: { src: 'https://planted-token@files.example/a.aep', composition: 'main' },
};
const SECRET = { nexrenderJob };
const prune = (db = api.db) => deleteEndedSecrets({ db }, { olderThanMs: 7 * DAY_MS });
const withSecrets = async () =>
  (
    await farm.sql<{ name: string }[]>`
    select j.status || ' ' || j.name as name from job_secrets s join jobs j on j.id = s.job_id
    order by 1`
  ).map(({ name }) => name);
const age = (days: number) => farm.sql`
  update jobs set created_at = created_at - ${days} * interval '1 day',
    started_at = started_at - ${days} * interval '1 day',
    ended_at = ended_at - ${days} * interval '1 day'`;

it('an ended job loses its secrets after seven days, and shows when', async () => {
  const completed = await aCompletedJob(farm, { ...SECRET, name: 'a' });
  await aFailedJob(farm, { ...SECRET, name: 'b' });
  const cancelled = await aQueuedJob(farm, { ...SECRET, name: 'c' });
  await cancel(farm, cancelled.job.id);
  await age(6.9);
  await prune();
  expect(await withSecrets()).toEqual(['CANCELLED c', 'COMPLETED a', 'FAILED b']);
  expect(expectDone(await getJob(farm, completed))).toMatchObject({ secretsDeletedAt: null });

  await age(0.2);
  await prune();
  expect(await withSecrets()).toEqual([]);
  const detail = expectDone(await getJob({ db: api.db }, completed));
  expect(detail.secretsDeletedAt).toBeInstanceOf(Date);
  expect(detail.nexrenderJob).toEqual({
    template: { src: 'https://•••@files.example/a.aep', composition: 'main' },
  });
  expect(detail.view.job.status).toBe('COMPLETED');
  const left = await farm.sql`
    select 1 from job_definitions t where t::text like '%planted%'
    union all select 1 from job_secrets t where t::text like '%planted%'`;
  expect([...left]).toEqual([]);
});

it('a job that may run again keeps its secrets, however old it is', async () => {
  await aQueuedJob(farm, { ...SECRET, name: 'waits' });
  await aRunningJob(farm, { ...SECRET, name: 'runs' });
  await aCancellingJob(farm, { ...SECRET, name: 'stops' });
  const lost = await anOpenAttempt(farm);
  await farm.sql`
    insert into job_secrets values (${lost.id}, ${farm.sql.json([{ path: ['x'], value: 'y' }])})`;
  await age(365);
  await prune();
  expect(await withSecrets()).toEqual([
    'CANCELLING stops',
    'QUEUED Intro',
    'QUEUED waits',
    'RENDERING runs',
  ]);
  const worker = await farm.worker();
  const { job } = expectDone(await claimJob(worker, { leaseMs: 30_000 }));
  const read = { attempt: attemptOf(job), nexrenderJob: job.nexrenderJob };
  expect(expectDone(await readSecrets(worker, read))).toMatchObject(SECRET);
});

it('a job without secrets does not say that they were deleted', async () => {
  const { id } = await aCompletedJob(farm);
  await age(30);
  await prune();
  expect(expectDone(await getJob(farm, { id }))).toMatchObject({ secretsDeletedAt: null });
});

it('many secrets are deleted in batches, and claims and submissions do not wait', async () => {
  await farm.sql`
    insert into jobs (id, name, status, max_attempts, submitted_by, ended_at)
    select gen_random_uuid(), 'old', 'COMPLETED', 3, 'sam', now() - interval '30 days'
    from generate_series(1, 1500)`;
  await farm.sql`
    insert into job_definitions (job_id, nexrender_job) select id, '{"a": "•••"}' from jobs`;
  await farm.sql`
    insert into job_secrets select id, '[{"path": ["a"], "value": "planted"}]' from jobs`;
  await aQueuedJob(farm, { ...SECRET, name: 'next' });
  const held = await holdOpen(api.db, async (tx) => {
    await prune(tx);
    return (await tx.execute('select count(*)::int as left from job_secrets'))[0];
  });
  expect(held.result).toEqual({ left: 1 });
  // Another API process deletes nothing at the same time, and does not wait.
  await prune();
  expect((await withSecrets()).length).toBe(1501);
  expectDone(await claimJob(await farm.worker(), { leaseMs: 30_000 }));
  await aQueuedJob(farm, SECRET);
  expectDone(
    await cancelJob(within(farm.db, aRequestContext(farm.db)), {
      id: (await aQueuedJob(farm, SECRET)).job.id,
      reason: null,
    }),
  );
  await held.commit();
  expect((await withSecrets()).length).toBe(3);
  // These jobs have no history, so the consistency check of the rows would find them.
  await farm.sql`delete from jobs where name = 'old'`;
});

it('secrets are also deleted if hosts have logins of their own', async () => {
  await farm.sql`select restrict_host_logins()`;
  await aCompletedJob(farm, SECRET);
  await age(30);
  await prune();
  expect(await withSecrets()).toEqual([]);
});
