import {
  type AttemptReport,
  applyRestore,
  decideRestore,
  endTime,
  lostOutputOf,
  type RestoreStep,
} from '@renderdeck/domain';
import type { AttemptChange, JobWithAttempts } from '@renderdeck/store';
import {
  changeJob,
  findJobWithAttempts,
  HOST_LOGIN_REFUSED,
  isAttemptKnown,
  isJobKnown,
  saveLostOutput,
  sqlState,
  workerChannel,
} from '@renderdeck/store';
import { DONE, type Result, reject, type WorkerContext } from '../operation-context.ts';
import type { DecidedChange } from './own-job.ts';

export type Restored = {
  readonly report: AttemptReport;
  /** How long ago the processes ended, by the host's own clock. */
  readonly deadMsAgo: number;
  /** How long ago an earlier incarnation of the database got the report; 0 if none got it. */
  readonly confirmedMsAgo: number;
};

/** Each step and each lost race is one try. A restore takes at most four steps. */
const MAX_TRIES = 100;

/**
 * Updates a job with what its host reports of an attempt, even if the database knows little or
 * nothing of the attempt (domain's restore.ts). The same report may be sent at any time and any
 * number of times. Rejected with `unknownJob` if no job has the id, because the submission itself
 * was lost: then the row of the host and the audit log tell what the attempt had put out. Rejected
 * with `heldElsewhere` if the host's own login may not change the job now, or if the attempt is
 * known under an earlier login of the host.
 */
export async function restoreAttempt(context: WorkerContext, restored: Restored): Promise<Result> {
  const { report } = restored;
  const { db } = context;
  const { jobId } = report;
  const heldElsewhere = reject({ code: 'heldElsewhere', jobId });
  let isHidden = false;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await findJobWithAttempts(db, jobId);
    if (found === null && (await isJobKnown(db, jobId))) return heldElsewhere;
    if (found === null) {
      await tellLostOutput(context, report);
      return reject({ code: 'unknownJob', id: jobId });
    }
    const step = decideRestore(found.job, [...found.attempts, ...found.others], report);
    if (step === null) return DONE;
    const change = {
      ...changeOf(step, found, restored),
      before: found.job,
      incarnation: found.incarnation,
    };
    const refusal = await refusalOf(changeJob(db, change));
    // Another report may have added the attempt in between; then the next read shows it.
    if (refusal === 'login' || (refusal === 'known' && isHidden)) return heldElsewhere;
    isHidden = refusal === 'known';
  }
  throw new Error(`job ${report.jobId} changed ${MAX_TRIES} times while it was restored`);
}

async function tellLostOutput(
  { db, host, identity }: WorkerContext,
  report: AttemptReport,
): Promise<void> {
  const lost = lostOutputOf(report);
  if (lost === null || (await saveLostOutput(db, { host, hostId: identity.hostId }, lost))) return;
  // The failover also lost the row. The host registers again, and sends the report again.
  throw new Error(`host ${host} has no row to tell the output of job ${report.jobId}`);
}

/** Why the database refused the change to a host's own login; null if it did not refuse it. */
async function refusalOf(change: Promise<boolean>): Promise<'login' | 'known' | null> {
  return await change.then(
    () => null,
    (error: unknown) => {
      if (sqlState(error) === HOST_LOGIN_REFUSED) return 'login';
      if (isAttemptKnown(error)) return 'known';
      throw error;
    },
  );
}

function changeOf(step: RestoreStep, found: JobWithAttempts, restored: Restored): DecidedChange {
  const { job, at } = found;
  const attempts = [...found.attempts, ...found.others];
  const { report } = restored;
  const deadAt = endTimeOf(found, restored);
  const decided = applyRestore(step, job, attempts, report, deadAt);
  if (!decided.ok) throw new Error(`job ${job.id} is not restored: ${decided.rejection.code}`);
  const { event, job: after, attempt } = decided;
  const known = attempts.find(({ id }) => id === report.attemptId) ?? report;
  const numbered = step.kind === 'addAttempt' ? step : known;
  const line = {
    event: event ?? (step.kind === 'confirm' ? 'confirmStop' : 'restore'),
    actor: report.host,
    facts: factsOf(step, numbered.number, report),
  } as const;
  const base = { after, line } as const;
  if (step.kind === 'addAttempt')
    return { ...base, newAttempt: newAttempt(at, restored, step.number) };
  if (event === 'requestStop' || event === 'cancelQueued')
    return { ...base, ...ask(found, report) };
  if (attempt === null) return base;
  const { id, isProven, ...patch } = attempt;
  const endedAt = event === null ? {} : { endedAt: isProven ? deadAt : at };
  const confirmation = isProven ? confirmed(found, restored) : {};
  return {
    ...base,
    attempt: { id, change: { ...patch, ...endedAt, ...confirmation } },
    beginsToWait: isProven && event !== null,
  };
}

/**
 * Asks the attempt that holds the job to stop. The receipt names the attempt of the report, which
 * was stopped.
 */
function ask({ job, attempts }: JobWithAttempts, { attemptId: stopAttemptId }: AttemptReport) {
  const holder = attempts.find(({ id }) => id === job.lease?.attemptId);
  if (holder === undefined) return { stopAttemptId };
  return {
    stopAttemptId,
    asked: { channel: workerChannel(holder.workerId), attemptId: holder.id },
  };
}

/** When the processes of the attempt had ended, by the database's clock. */
function endTimeOf({ attempts, at }: JobWithAttempts, { report, deadMsAgo }: Restored): Date {
  const known = attempts.find(({ id }) => id === report.attemptId);
  return endTime(at, deadMsAgo, known?.createdAt ?? new Date(0));
}

/** The times and reports of a proof. */
function confirmed(found: JobWithAttempts, restored: Restored): AttemptChange {
  const { report, confirmedMsAgo } = restored;
  const known = found.attempts.find(({ id }) => id === report.attemptId);
  const { end } = report;
  const received =
    end.kind === 'stopped' && end.afterMs !== null
      ? new Date(end.request.at.getTime() + end.afterMs)
      : null;
  const stopDeliveredAt = known?.stopDeliveredAt ?? received;
  const deadAt = endTimeOf(found, restored);
  return {
    ...(stopDeliveredAt === null ? {} : { stopDeliveredAt }),
    stopReport: { ...report.stopReport, endedAt: deadAt.toISOString() },
    removalReport: report.removalReport,
    confirmedAt: endTime(found.at, confirmedMsAgo, deadAt),
  };
}

function newAttempt(at: Date, { report, deadMsAgo }: Restored, number: number) {
  const { attemptId: id, host, identity, workerId, treeMarker, ranMs } = report;
  const { hostId } = identity;
  const endedAt = new Date(at.getTime() - deadMsAgo);
  const createdAt = new Date(endedAt.getTime() - ranMs);
  const times = { createdAt, endedAt };
  return { id, number, host, hostId, hostIdentity: identity, workerId, treeMarker, ...times };
}

function factsOf(step: RestoreStep, number: number, { end }: AttemptReport) {
  const why = `${step.kind} after a report of attempt ${number}, which ${end.kind}`;
  return end.kind === 'stopped' ? { why, cancelledBy: end.request.by } : { why };
}
