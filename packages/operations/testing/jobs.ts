import {
  acknowledgeStop,
  allowPublish,
  cancelJob,
  claimJob,
  finishAttempt,
  type JobView,
  type OwnedJob,
  passPublishGate,
  releaseAttempt,
  reportOrphan,
  type Submission,
  submitJob,
  type WorkerContext,
} from '../src/index.ts';
import { expectDone } from './expect-done.ts';
import type { Farm } from './farm.ts';
import { LEASE_MS } from './hosts.ts';
import { asking } from './publishing.ts';
import { recoverExpired } from './recover-expired.ts';
import { reports } from './reports.ts';
import { aRequestContext } from './request-context.ts';

export const NEXRENDER_JOB = {
  template: { src: 'file:///farm/intro.aep', composition: 'main' },
  assets: [],
} as const;

export type JobOptions = {
  readonly name?: string;
  readonly priority?: number;
  readonly nexrenderJob?: unknown;
  readonly by?: string;
  readonly callback?: Submission['callback'];
};

export async function aQueuedJob(farm: Farm, options: JobOptions = {}): Promise<JobView> {
  const { name = 'Intro', priority = 50, nexrenderJob = NEXRENDER_JOB, by = 'sam' } = options;
  const { callback } = options;
  const submission = { name, priority, nexrenderJob, callback, submitPriorityMax: 100 };
  const context = aRequestContext(farm.db, by, 'submitter');
  return expectDone(await submitJob(context, submission)).view;
}

export type RunningJob = OwnedJob & { readonly id: string; readonly worker: WorkerContext };
export type RunOptions = JobOptions & {
  readonly worker?: WorkerContext;
  readonly leaseMs?: number;
};

/** A job that a worker holds, with an attempt, a lease and a host. Other jobs stay queued. */
export async function aRunningJob(farm: Farm, options: RunOptions = {}): Promise<RunningJob> {
  const { job } = await aQueuedJob(farm, options);
  return await claimAgain(farm, job.id, options);
}

/** Claims this job. The other jobs are locked during the claim, so that the claim skips them. */
export async function claimAgain(
  farm: Farm,
  id: string,
  options: RunOptions = {},
): Promise<RunningJob> {
  const worker = options.worker ?? (await farm.worker());
  const claimed = await farm.sql.begin(async (tx) => {
    await tx`
      select id from jobs where queue_key is not null and id <> ${id} order by id for update`;
    return await claimJob(worker, { leaseMs: options.leaseMs ?? LEASE_MS });
  });
  if (!claimed.ok || claimed.job.jobId !== id) throw new Error(`job ${id} could not be claimed`);
  return { ...claimed.job, id, worker };
}

/** A running job whose lease ran out. */
export async function anExpiredJob(farm: Farm, options: RunOptions = {}): Promise<RunningJob> {
  return await aRunningJob(farm, { ...options, leaseMs: 0 });
}

/** A queued job whose attempt was lost with its host, which has been silent for an hour. */
export async function anOpenAttempt(farm: Farm, host = 'render-01'): Promise<RunningJob> {
  const lost = await anExpiredJob(farm, { worker: await farm.worker(host) });
  await recoverExpired(farm, { actor: 'recovery' });
  await silence(farm, host);
  return lost;
}

/** Makes the host of this name silent for an hour. */
export async function silence(farm: Farm, host: string): Promise<void> {
  await farm.sql`
    update render_hosts set last_heard_at = clock_timestamp() - interval '1 hour'
    where name = ${host}`;
}

/** A running job past both publish gates, whose output may be out. */
export async function aPublishingJob(farm: Farm, options: RunOptions = {}): Promise<RunningJob> {
  const running = await aRunningJob(farm, options);
  expectDone(await passPublishGate(running.worker, attemptOf(running)));
  expectDone(await allowPublish(running.worker, asking(attemptOf(running))));
  return running;
}

/** A running job that the fixtures' admin asked to stop. */
export async function aCancellingJob(farm: Farm, options: RunOptions = {}): Promise<RunningJob> {
  const running = await aRunningJob(farm, options);
  await cancel(farm, running.id, 'wrong colours');
  return running;
}

export async function aCompletedJob(farm: Farm, options: RunOptions = {}): Promise<RunningJob> {
  const running = await aPublishingJob(farm, options);
  await finish(running, COMPLETED);
  return running;
}

export async function aFailedJob(farm: Farm, options: RunOptions = {}): Promise<RunningJob> {
  const running = await aRunningJob(farm, options);
  await finish(running);
  return running;
}

export function attemptOf({ jobId, attemptId }: OwnedJob) {
  return { jobId, attemptId };
}

/** The fixtures' admin cancels a job. */
export function cancel(farm: Farm, id: string, reason: string | null = null) {
  return cancelJob(farm.admin, { id, reason });
}

type By = { readonly by?: WorkerContext };
type More<Act extends (context: WorkerContext, input: never) => unknown> = By &
  Partial<Parameters<Act>[1]>;
export const COMPLETED = { kind: 'completed' } as const;
export const FAILED = { kind: 'failed', failure: 'aerender failed.' } as const;

/** The worker of a job reports that its attempt ended by itself. */
export function finish(
  running: RunningJob,
  end: Parameters<typeof finishAttempt>[1]['end'] = FAILED,
  { by = running.worker, ...more }: More<typeof finishAttempt> = {},
) {
  const attempt = attemptOf(running);
  return finishAttempt(by, { attempt, end, signalled: false, reports: reports(), ...more });
}

/** The worker of a job gives it back. */
export function release(
  running: RunningJob,
  why = 'Shut down.',
  { by = running.worker, ...more }: More<typeof releaseAttempt> = {},
) {
  return releaseAttempt(by, { attempt: attemptOf(running), reports: reports(), why, ...more });
}

/** The worker of a job acknowledges its stop. */
export function acknowledge(running: RunningJob, told = reports(), by = running.worker) {
  return acknowledgeStop(by, { attempt: attemptOf(running), reports: told });
}

/** The host of an attempt reports that it ended what the attempt left. */
export function prove(lost: RunningJob, told = reports(), by = lost.worker) {
  return reportOrphan(by, { attempt: attemptOf(lost), reports: told });
}
