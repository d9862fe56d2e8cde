/*
 * A host that cannot render gives its job back, and does not get the job again before a check
 * holds.
 */
import { expect, it } from 'vitest';
import {
  checkHost,
  claimJob,
  findAttempt,
  findJobView,
  recordHostCheck,
  type WorkerContext,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  aRunningJob,
  claimAgain,
  expectDone,
  type RunningJob,
  release,
} from '../../testing/index.ts';

const farm = aFarm();
const WHY = 'render-01 has no licence.';
const HELD = [{ name: 'render', ok: true, sentence: 'One frame was rendered.' }] as const;
const BROKEN = [{ name: 'render', ok: false, sentence: 'No frame was rendered.' }] as const;

const giveBack = (job: RunningJob) => release(job, WHY, { outcome: 'hostFailed' });
async function check(worker: WorkerContext, items: typeof HELD | typeof BROKEN = HELD) {
  // A check that began in the same millisecond in which the job was given back does not count.
  await farm.sql`select pg_sleep(0.002)`;
  return await recordHostCheck(worker, { items, ranMs: 0, askedAt: null });
}

/** The admin asks for a check, and the host answers. */
async function checkAsAsked(worker: WorkerContext): Promise<void> {
  const { askedAt } = expectDone(await checkHost(farm.admin, { name: worker.host }));
  await recordHostCheck(worker, { items: HELD, ranMs: 0, askedAt });
}
/** Whether this worker gets the job by a claim. If it does, the job runs afterwards. */
async function gets(worker: WorkerContext, id: string): Promise<RunningJob | null> {
  return await claimAgain(farm, id, { worker }).catch(() => null);
}
const warningsOf = async (id: string) => (await findJobView(farm.db, id))?.keptOff;

it('a job that its host gave back loses no attempt and keeps its place', async () => {
  const worker = await farm.worker('back-01');
  const running = await aRunningJob(farm, { worker, priority: 90 });
  expect(await giveBack(running)).toMatchObject({ ok: true });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'QUEUED', attempts: 1, maxAttempts: 4, failure: WHY, warnings: [] },
    position: 1,
    keptOff: [{ host: 'back-01', times: 1, why: WHY }],
  });
  const attempt = await findAttempt(farm.db, running.attemptId);
  expect(attempt).toMatchObject({ outcome: 'hostFailed', stopReport: { proof: 'kernel' } });
  expect(attempt?.confirmedAt).not.toBeNull();
});

it('the host does not get the job again, but another host does', async () => {
  const worker = await farm.worker('back-02');
  const running = await aRunningJob(farm, { worker });
  const { id } = running;
  await giveBack(running);
  expect(await gets(worker, id)).toBeNull();
  // A host with another name is still the same host.
  const renamed = { ...(await farm.worker('back-02b')), identity: worker.identity };
  expect(await gets(renamed, id)).toBeNull();
  expect(await gets(await farm.worker('back-03'), id)).not.toBeNull();
});

it('a job that is kept off a host delays no other job of the queue', async () => {
  const worker = await farm.worker('back-04');
  await giveBack(await aRunningJob(farm, { worker, priority: 100 }));
  const next = await claimJob(worker, { leaseMs: 30_000 });
  expect(next).toMatchObject({ ok: true });
});

it('a check that holds lets the host have the job again, a check that fails does not', async () => {
  const worker = await farm.worker('back-05');
  const running = await aRunningJob(farm, { worker });
  await giveBack(running);
  await check(worker, BROKEN);
  expect(await gets(worker, running.id)).toBeNull();
  await check(worker);
  expect(await warningsOf(running.id)).toEqual([]);
  expect(await gets(worker, running.id)).not.toBeNull();
});

it('a check that began before the job was given back does not count', async () => {
  const worker = await farm.worker('back-06');
  const running = await aRunningJob(farm, { worker });
  await giveBack(running);
  await recordHostCheck(worker, { items: HELD, ranMs: 60_000, askedAt: null });
  expect(await gets(worker, running.id)).toBeNull();
});

it('a job that a host gave back twice needs a check that an admin asked for', async () => {
  const worker = await farm.worker('back-07');
  const running = await aRunningJob(farm, { worker });
  await giveBack(running);
  await check(worker);
  const again = await claimAgain(farm, running.id, { worker: worker });
  await giveBack(again);
  await check(worker);
  expect(await warningsOf(running.id)).toEqual([{ host: 'back-07', times: 2, why: WHY }]);
  expect(await gets(worker, running.id)).toBeNull();
  await checkAsAsked(worker);
  expect(await warningsOf(running.id)).toEqual([]);
  expect(await gets(worker, running.id)).not.toBeNull();
});

it('checks stay after a restart of the daemon', async () => {
  const worker = await farm.worker('back-08');
  const running = await aRunningJob(farm, { worker });
  await giveBack(running);
  await check(worker);
  const restarted = await farm.worker('back-08');
  const again = await claimAgain(farm, running.id, { worker: restarted });
  await giveBack(again);
  expect(await gets(await farm.worker('back-08'), running.id)).toBeNull();
});

it('a job that was asked to stop is CANCELLED if its host gives it back', async () => {
  const running = await aCancellingJob(farm, { worker: await farm.worker('back-09') });
  expect(await giveBack(running)).toMatchObject({ ok: true });
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'CANCELLED' },
    keptOff: [],
    receipt: { outcome: 'cancelled', proof: 'kernel' },
  });
});

it('a job that was killed on two hosts fails, and names the first host', async () => {
  const killed = { outcome: 'hostFailed', killed: 'aerender was ended by the system.' } as const;
  const running = await aRunningJob(farm, { worker: await farm.worker('back-10') });
  expectDone(await release(running, WHY, killed));
  const warning = 'Attempt 1 was ended by the system or by another program on back-10.';
  expect(await findJobView(farm.db, running.id)).toMatchObject({
    job: { status: 'QUEUED', maxAttempts: 4, failure: WHY, warnings: [warning] },
    keptOff: [{ host: 'back-10', times: 1, why: WHY }],
  });
  const again = await claimAgain(farm, running.id, { worker: await farm.worker('back-11') });
  expectDone(await release(again, WHY, killed));
  const { status, failure } = (await findJobView(farm.db, running.id))?.job ?? {};
  expect([status, failure]).toEqual(['FAILED', expect.stringContaining(warning)]);
  expect(await findAttempt(farm.db, again.attemptId)).toMatchObject({ outcome: 'failed' });
});
