/*
 * The end of an attempt and the next claim in one statement: both happen, or neither. The claim
 * gives the same as a claim alone.
 */
import { findJobWithAttempts } from '@renderdeck/store';
import { connect } from '@renderdeck/store/connect';
import { afterEach, expect, it } from 'vitest';
import {
  acknowledgeStop,
  allowPublish,
  claimJob,
  findJobView,
  finishAttempt,
  type NextClaim,
  type OwnedJob,
  passPublishGate,
  recordPublished,
  recordStopReceived,
  releaseAttempt,
  type WorkerContext,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  asking,
  attemptOf,
  cancel,
  expectDone,
  FAILED,
  NEXRENDER_JOB,
  publishedBy,
  type RunningJob,
  recordStatements,
  recoverExpired,
  reports,
  within,
} from '../../testing/index.ts';
import { freezeWrites } from './freeze-writes.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const NEXT = { leaseMs: 30_000 };
const known = ({ jobId, attemptId, held }: OwnedJob) => ({ jobId, attemptId, held });
const tagged = (tags: string) => ({ nexrenderJob: { ...NEXRENDER_JOB, tags } });

/** Ends an attempt as failed, with the job as its worker knows it, and takes the next job. */
const takeNext = (by: WorkerContext, job: OwnedJob, next: NextClaim = NEXT) =>
  finishAttempt(by, {
    ...{ attempt: known(job), end: FAILED, signalled: false, reports: reports(), next },
  });
const statusOf = async (id: string) => (await findJobView(farm.db, id))?.job.status;

const clear = async () =>
  void (await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`);
afterEach(clear);

/** What a claim leaves in the tables, without ids and times. */
async function claimedRows(jobId: string) {
  const [job] = await farm.sql`
    select status, version, priority, attempts, host, failure, queue_key, lease_ms, lease_renewals,
      lease_expires_at > clock_timestamp() as "isLeased", started_at is not null as "isStarted"
    from jobs where id = ${jobId}`;
  const attempts = await farm.sql`
    select number, host, host_id, host_identity, worker_id, outcome, output, confirmed_at
    from attempts where job_id = ${jobId} order by number`;
  const changes = await farm.sql`
    select version, event, status_before, status_after, actor, facts, q_from is null as "wasOut",
      q_to is null as "isOut" from job_changes where job_id = ${jobId} order by id`;
  return { job: { ...job }, attempts: [...attempts], changes: [...changes] };
}

it('one statement ends an attempt and claims in the same way as a claim alone', async () => {
  const running = await aRunningJob(farm, { worker });
  const { job: first } = await aQueuedJob(farm, { name: 'First' });
  const { job: second } = await aQueuedJob(farm, { name: 'First' });
  const recorded = recordStatements(farm.db);
  const seen = await farm.trace(() => takeNext(within(recorded.db, worker), running));
  const { next } = expectDone(seen.result);
  expect(recorded.statements).toHaveLength(1);
  expect(seen).toMatchObject({ audit: [], notifications: [] });
  expect(seen.changes.map(({ jobId, event, from, to }) => [jobId, event, from, to])).toEqual([
    [running.id, 'fail', 'RENDERING', 'FAILED'],
    [first.id, 'claim', 'QUEUED', 'RENDERING'],
  ]);
  const separate = expectDone(await claimJob(worker, NEXT)).job;
  const without = (job: OwnedJob | null) => ({
    ...job,
    ...{ jobId: null, attemptId: null, treeMarker: null, held: null },
  });
  expect(without(next)).toEqual(without(separate));
  expect(next?.jobId).toBe(first.id);
  expect(separate.jobId).toBe(second.id);
  expect(await claimedRows(first.id)).toEqual(await claimedRows(second.id));
  // The job as the worker knows it is the job that a reader finds.
  expect(next?.held.job).toEqual((await findJobWithAttempts(farm.db, first.id))?.job);
  expect(next?.nexrenderJob).toEqual(NEXRENDER_JOB);
});

it('an end needs one statement after gates, an output and a received stop', async () => {
  const running = await aRunningJob(farm, { worker });
  const attempt = attemptOf(running);
  const recorded = recordStatements(farm.db);
  const by = within(recorded.db, worker);
  const ended = (change: { readonly held: OwnedJob['held'] }) => ({
    ...{ attempt: { ...attempt, held: change.held }, end: { kind: 'completed' } as const },
    ...{ signalled: false, reports: reports(), next: NEXT },
  });
  expectDone(await passPublishGate(worker, attempt));
  expectDone(await allowPublish(worker, asking(attempt, { warning: 'Two outputs.' })));
  const published = expectDone(await recordPublished(worker, publishedBy(attempt)));
  expect(expectDone(await finishAttempt(by, ended(published)))).toEqual({ ok: true, next: null });
  expect(recorded.statements).toHaveLength(1);
  expect((await findJobView(farm.db, running.id))?.job).toMatchObject({
    ...{ status: 'COMPLETED', output: 'published', warnings: ['Two outputs.'], version: 6 },
  });

  const stopped = await aRunningJob(farm, { worker });
  await cancel(farm, stopped.id, 'wrong colours');
  const { job } = await aQueuedJob(farm);
  const received = { attempt: attemptOf(stopped), afterMs: 5 };
  const { held } = expectDone(await recordStopReceived(worker, received));
  const input = { attempt: { ...attemptOf(stopped), held }, reports: reports(), next: NEXT };
  const { next } = expectDone(await acknowledgeStop(by, input));
  expect(recorded.statements).toHaveLength(2);
  expect(next?.jobId).toBe(job.id);
  expect(await findJobView(farm.db, stopped.id)).toMatchObject({
    ...{ job: { status: 'CANCELLED' }, receipt: { outcome: 'cancelled' } },
  });
});

it('a stop that the worker does not know wins: nothing ends, nothing is claimed', async () => {
  const running = await aRunningJob(farm, { worker });
  const { job } = await aQueuedJob(farm);
  await cancel(farm, running.id);
  const refused = await farm.trace(() => takeNext(worker, running));
  expect(refused).toMatchObject({
    ...{ result: { rejection: { code: 'stopRequested' } }, changes: [], notifications: [] },
  });
  expect(await statusOf(job.id)).toBe('QUEUED');
  // Old knowledge is no reason to reject: the stop is acknowledged, together with the next claim.
  const input = { attempt: known(running), reports: reports(), next: NEXT };
  const { next } = expectDone(await acknowledgeStop(worker, input));
  expect([await statusOf(running.id), next?.jobId]).toEqual(['CANCELLED', job.id]);
});

it('a worker that has lost its job ends nothing and claims nothing', async () => {
  const lost = await aRunningJob(farm, { worker, leaseMs: 0 });
  await recoverExpired(farm);
  const refused = await farm.trace(() => takeNext(worker, lost));
  expect(refused).toMatchObject({
    ...{ result: { rejection: { code: 'lostAttempt' } }, changes: [], notifications: [] },
  });
});

it.each([
  ['without tags', [], 'plain'],
  ['with tags', ['c4d', 'gpu'], 'tagged'],
] as const)('a host %s claims only jobs that it may have', async (_what, tags, expected) => {
  const host = await farm.worker(`own-${expected}`);
  await farm.sql`update render_hosts set tags = ${[...tags]} where name = ${host.host}`;
  const back = await aRunningJob(farm, { worker: host, priority: 100 });
  const running = await aRunningJob(farm, { worker: host, priority: 100 });
  const input = { attempt: known(back), reports: reports(), why: 'No licence.' };
  expectDone(await releaseAttempt(host, { ...input, outcome: 'hostFailed' }));
  await aQueuedJob(farm, { ...tagged('mac'), priority: 90 });
  const held = await aQueuedJob(farm, { ...tagged('c4d'), priority: 80 });
  const plain = await aQueuedJob(farm, { priority: 70 });
  const { next } = expectDone(await takeNext(host, running, { ...NEXT, tags: [...tags] }));
  expect(next?.jobId).toBe({ plain, tagged: held }[expected].job.id);
  const after = next && expectDone(await takeNext(host, next, { ...NEXT, tags: [...tags] })).next;
  expect(after?.jobId).toBe(expected === 'tagged' ? plain.job.id : undefined);
});

it('the login of a host ends its job and claims the next one', async () => {
  const { worker: own } = await farm.hostWithLogin('own-01');
  const { job: first } = await aQueuedJob(farm);
  const { job: second } = await aQueuedJob(farm);
  const { job } = expectDone(await claimJob(own, NEXT));
  expect(job.jobId).toBe(first.id);
  const { next } = expectDone(await takeNext(own, job));
  expect(next).toMatchObject({ jobId: second.id, nexrenderJob: NEXRENDER_JOB });
  const after = next === null ? null : expectDone(await takeNext(own, next)).next;
  expect([await statusOf(first.id), await statusOf(second.id), after]).toEqual([
    ...['FAILED', 'FAILED', null],
  ]);
});

it('a job whose answer is lost comes back in the same way as after a claim alone', async () => {
  const losing = async (send: (by: WorkerContext, running: RunningJob) => Promise<unknown>) => {
    const running = await aRunningJob(farm, { worker });
    const { job } = await aQueuedJob(farm, { priority: 90 });
    const line = await freezeWrites(farm.databaseUrl, 'update jobs set', 'executed');
    const store = connect(line.url, { name: 'cut', poolSize: 1 });
    const sent = expect(send(within(store.db, worker), running)).rejects.toThrow();
    await line.frozen;
    await line.close();
    await sent;
    await store.close();
    const committed = await statusOf(job.id);
    const again = await takeNext(worker, running);
    const { ids } = await recoverExpired(farm);
    expect([committed, ids]).toEqual(['RENDERING', [job.id]]);
    const view = await findJobView(farm.db, job.id);
    const { attempts, status, failure, position } = { ...view?.job, ...view };
    return { again, attempts, status, failure, position };
  };
  const OVER = { leaseMs: 0 };
  const withEnd = await losing((by, running) => takeNext(by, running, OVER));
  await clear();
  const alone = await losing((by) => claimJob(by, OVER));
  expect(withEnd).toMatchObject({ status: 'QUEUED', attempts: 1, position: 1 });
  expect({ ...withEnd, again: null }).toEqual({ ...alone, again: null });
  expect(withEnd.again).toMatchObject({ ok: false, rejection: { code: 'lostAttempt' } });
});
