/* A late worker loses: nothing that it writes of a job that it lost or must stop changes it. */
import { expect, it } from 'vitest';
import {
  allowPublish,
  findAttempt,
  passPublishGate,
  recordStopReceived,
  reportStop,
} from '../../src/index.ts';
import {
  aCancellingJob,
  acknowledge,
  aFailedJob,
  aFarm,
  anExpiredJob,
  aPublishingJob,
  aRunningJob,
  asking,
  attemptOf,
  COMPLETED,
  cancel,
  finish,
  NO_TRACE,
  type RunningJob,
  recoverExpired,
  release,
  STOP,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
type Act = (job: RunningJob) => Promise<{ readonly ok: boolean }>;
const GATES: Readonly<Record<string, Act>> = {
  'the first gate': (job) => passPublishGate(worker, attemptOf(job)),
  'the second gate': (job) => allowPublish(worker, asking(attemptOf(job), { warning: 'Odd.' })),
};
const ACTS: Readonly<Record<string, Act>> = {
  ...GATES,
  'a completion': (job) => finish(job, COMPLETED),
  'an acknowledged stop': (job) => acknowledge(job),
  'a release': (job) => release(job),
  'the delivery of a stop': (job) =>
    recordStopReceived(worker, { attempt: attemptOf(job), afterMs: 40 }),
  'the report of a stop': (job) =>
    reportStop(worker, { attempt: attemptOf(job), stopReport: { ...STOP, proof: null } }),
};
const LOST: Readonly<Record<string, () => Promise<RunningJob>>> = {
  'was recovered': async () => {
    const job = await anExpiredJob(farm, { worker });
    await recoverExpired(farm);
    return job;
  },
  'was recovered after a cancel': async () => {
    const job = await aCancellingJob(farm, { worker, leaseMs: 0 });
    await recoverExpired(farm);
    return job;
  },
  'was stopped': async () => {
    const job = await aCancellingJob(farm, { worker });
    await acknowledge(job);
    return job;
  },
  'has ended': () => aFailedJob(farm, { worker }),
};

async function expectRefused(job: RunningJob, act: Act, code: string): Promise<void> {
  const { attemptId } = job;
  const before = await findAttempt(farm.db, attemptId);
  const seen = await farm.trace(() => act(job));
  expect(seen).toEqual({ result: { ok: false, rejection: { code, attemptId } }, ...NO_TRACE });
  expect(await findAttempt(farm.db, attemptId)).toEqual(before);
}

it.each(
  Object.entries(LOST).flatMap(([state, lose]) =>
    Object.entries(ACTS).map(([name, act]) => [state, name, lose, act] as const),
  ),
)('of an attempt that %s: %s', async (_state, _name, lose, act) => {
  await expectRefused(await lose(), act, 'lostAttempt');
});

it.each<readonly [string, typeof aRunningJob, Act]>([
  ...Object.entries(GATES).map(([name, act]) => [name, aRunningJob, act] as const),
  ['its completion, if it was signalled', aPublishingJob, (job) => finish(job, COMPLETED, SIGNAL)],
  ['its completion, if it had not passed the gate', aRunningJob, (job) => finish(job, COMPLETED)],
  ['its failure', aPublishingJob, (job) => finish(job)],
])('of an attempt that was asked to stop: %s', async (_name, aJob, act) => {
  const job = await aJob(farm, { worker });
  await cancel(farm, job.id);
  await expectRefused(job, act, 'stopRequested');
});
const SIGNAL = { signalled: true };
