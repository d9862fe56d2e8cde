/*
 * The end of a job and its attempt is the time when the processes had ended, not when the files
 * were gone or the report arrived. The end of a lost attempt is the last renewal of its lease.
 */
import { findHeldLeases } from '@renderdeck/store';
import { expect, it } from 'vitest';
import {
  findAttempt,
  findJobView,
  type Reports,
  recordStopReceived,
  recoverLost,
  renewLeases,
  reportStop,
} from '../../src/index.ts';
import {
  aCancellingJob,
  acknowledge,
  aFarm,
  anExpiredJob,
  aRunningJob,
  attemptOf,
  BEAT,
  FAILED,
  finish,
  prove,
  type RunningJob,
  recoverExpired,
  release,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();

/** Makes the attempt look as if it had begun an hour ago. */
async function anHourOld(running: RunningJob): Promise<RunningJob> {
  await farm.sql`
    update attempts set created_at = created_at - interval '1 hour'
    where id = ${running.attemptId}`;
  await farm.sql`
    update jobs set started_at = started_at - interval '1 hour' where id = ${running.id}`;
  return running;
}
/** The host reports that its processes had ended ten minutes before the report. */
const TEN_MINUTES_AGO: Reports = { ...reports(), deadMsAgo: 600_000 };

async function endOf({ id, attemptId }: RunningJob) {
  const view = await findJobView(farm.db, id);
  const attempt = await findAttempt(farm.db, attemptId);
  const [{ now } = { now: new Date(0) }] = await farm.sql<
    { now: Date }[]
  >`select clock_timestamp() as now`;
  const msAgo = (at: Date | null | undefined) =>
    at === null || at === undefined ? null : now.getTime() - at.getTime();
  return {
    view,
    attempt,
    jobMsAgo: msAgo(view?.job.endedAt),
    attemptMsAgo: msAgo(attempt?.endedAt),
    confirmedMsAgo: msAgo(attempt?.confirmedAt),
  };
}
const aboutTenMinutes = (ms: number | null) => ms !== null && ms >= 600_000 && ms < 660_000;

const REPORTS: Readonly<
  Record<string, [typeof aRunningJob, (job: RunningJob) => Promise<object>]>
> = {
  'a stop': [aCancellingJob, (job) => acknowledge(job, TEN_MINUTES_AGO)],
  'a failure': [aRunningJob, (job) => finish(job, FAILED, { reports: TEN_MINUTES_AGO })],
  'the proof of an orphan': [aCancellingJob, (job) => prove(job, TEN_MINUTES_AGO)],
  'a release': [aRunningJob, (job) => release(job, 'Shut down.', { reports: TEN_MINUTES_AGO })],
};
it.each(Object.entries(REPORTS))(
  '%s: the end is when the processes had ended',
  async (what, [aJob, report]) => {
    const running = await anHourOld(await aJob(farm, { worker }));
    await report(running);
    const { jobMsAgo, attemptMsAgo, confirmedMsAgo } = await endOf(running);
    expect(aboutTenMinutes(attemptMsAgo)).toBe(true);
    // A released job has not ended.
    if (what === 'a release') expect(jobMsAgo).toBeNull();
    else expect(aboutTenMinutes(jobMsAgo)).toBe(true);
    expect(confirmedMsAgo).toBeLessThan(60_000);
  },
);

it('no attempt ends before it began, whatever its host reports', async () => {
  const running = await aCancellingJob(farm, { worker });
  await acknowledge(running, TEN_MINUTES_AGO);
  const { attempt, view } = await endOf(running);
  expect(attempt?.endedAt).toEqual(attempt?.createdAt);
  expect(view?.job.endedAt).toEqual(attempt?.createdAt);
});

it('the receipt has the time by the host and the time from the cancel separately', async () => {
  const running = await anHourOld(await aCancellingJob(farm, { worker }));
  await farm.sql`
    update jobs set stop_requested_at = stop_requested_at - interval '15 minutes'
    where id = ${running.id}`;
  await recordStopReceived(worker, { attempt: attemptOf(running), afterMs: 60_000 });
  await acknowledge(running, TEN_MINUTES_AGO);
  const { view, jobMsAgo } = await endOf(running);
  const { receipt } = view ?? {};
  expect(receipt).toMatchObject({ timeToDeadMs: 120, deadAt: view?.job.endedAt });
  expect(aboutTenMinutes(jobMsAgo)).toBe(true);
  expect(receipt?.askToProofMs).toBeGreaterThanOrEqual(15 * 60_000);
  expect(receipt?.askToProofMs).toBe(
    (receipt?.confirmedAt?.getTime() ?? 0) - (receipt?.requestedAt.getTime() ?? 0),
  );
});

it('a host that reports survivors was reached, even if the arrival was not saved', async () => {
  const running = await aCancellingJob(farm, { worker });
  const { stopReport } = reports({
    proof: null,
    survivors: [{ pid: 900, name: 'aerender', state: 'D' }],
    timeToDeadMs: null,
  });
  await reportStop(worker, { attempt: attemptOf(running), stopReport });
  const first = (await endOf(running)).view?.receipt?.deliveredAt;
  expect(first).toBeInstanceOf(Date);
  await reportStop(worker, { attempt: attemptOf(running), stopReport });
  expect((await endOf(running)).view?.receipt?.deliveredAt).toEqual(first);
});

it('a lost attempt ended when its lease was last renewed, not when it was recovered', async () => {
  const running = await anHourOld(await aRunningJob(farm, { worker, leaseMs: 60_000 }));
  await renewLeases(worker, { ...BEAT, attemptIds: [running.attemptId], leaseMs: 60_000 });
  // Ten minutes pass in which nobody renews the lease.
  await farm.sql`
    update jobs set lease_expires_at = lease_expires_at - interval '10 minutes'
    where id = ${running.id}`;
  const lost = (await findHeldLeases(farm.db)).filter(({ jobId }) => jobId === running.id);
  await recoverLost(farm, { actor: 'recovery', lost });
  const { attempt, attemptMsAgo } = await endOf(running);
  expect(attempt).toMatchObject({ outcome: 'lost', confirmedAt: null });
  expect(aboutTenMinutes(attemptMsAgo)).toBe(true);
  await prove(running);
  expect((await endOf(running)).attempt?.endedAt).toEqual(attempt?.endedAt);
});

it('a lost attempt whose lease was never renewed ended when it was claimed', async () => {
  const running = await anExpiredJob(farm, { worker });
  await farm.sql`
    update attempts set created_at = clock_timestamp() where id = ${running.attemptId}`;
  await recoverExpired(farm);
  const { attempt } = await endOf(running);
  expect(attempt?.endedAt).toEqual(attempt?.createdAt);
});
