import {
  type AttemptReport,
  applyEvent,
  decideRestore,
  endTime,
  type Job,
  laterOutput,
  type RestoreStep,
} from '@renderdeck/domain';
import type { AttemptChange, JobWithAttempts } from '@renderdeck/store';
import { changeJob, findJobWithAttempts, QUEUE_CHANNEL, workerChannel } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import type { DecidedChange } from './own-job.ts';

export type Restored = {
  readonly report: AttemptReport;
  /** How long ago the processes were dead, by the host's own clock. */
  readonly deadMsAgo: number;
  /** How long ago an earlier life of the database had the report; 0 where none had it. */
  readonly confirmedMsAgo: number;
};

/** Each step or lost race is one try; a restore takes at most four steps. */
const MAX_TRIES = 100;

/**
 * Brings a job to what its host reports of an attempt, whatever the database knows of it (domain's
 * restore.ts). The same report may be sent at any time and any number of times. Rejected where no
 * job has the id: the submission itself was lost.
 */
export async function restoreAttempt(context: WorkerContext, restored: Restored): Promise<Outcome> {
  const { report } = restored;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await findJobWithAttempts(context.db, report.jobId);
    if (found === null) return reject({ code: 'unknownJob', id: report.jobId });
    const step = decideRestore(found.job, found.attempts, report);
    if (step === null) return DONE;
    await changeJob(context.db, { before: found.job, ...changeOf(step, found, restored) });
  }
  throw new Error(`job ${report.jobId} changed ${MAX_TRIES} times while it was restored`);
}

function changeOf(step: RestoreStep, found: JobWithAttempts, restored: Restored): DecidedChange {
  const { job } = found;
  const { report } = restored;
  const line = { event: 'restore', actor: report.host, facts: factsOf(step, report) } as const;
  const changed = (change: Partial<Job>): Job => ({
    ...job,
    ...change,
    version: job.version + 1,
  });
  switch (step.kind) {
    case 'addAttempt': {
      const after = {
        attempts: Math.max(job.attempts, step.number),
        maxAttempts: job.maxAttempts + Math.max(0, step.number - job.attempts),
      };
      return {
        after: changed(after),
        line,
        newAttempt: newAttempt(found.at, restored, step.number),
      };
    }
    case 'warn':
      return { after: changed({ warnings: [...job.warnings, step.warning] }), line };
    case 'confirm':
      return {
        after: changed({ output: laterOutput(job.output, report.output) }),
        line: { ...line, event: 'confirmStop' },
        attempt: { id: report.attemptId, change: confirmed(found, restored) },
      };
    case 'takeBack':
    case 'event':
      return afterEvent(step, found, restored);
  }
}

function afterEvent(
  step: Extract<RestoreStep, { kind: 'event' | 'takeBack' }>,
  found: JobWithAttempts,
  restored: Restored,
): DecidedChange {
  const { event } = step;
  const { report } = restored;
  const deadAt = deathOf(found, restored);
  const output = laterOutput(found.job.output, report.output);
  const moved = applyEvent({ ...found.job, output }, event, deadAt);
  if (!moved.ok) throw new Error(`job ${found.job.id} cannot be restored: ${moved.rejection.code}`);
  const line = { event: event.type, actor: report.host, facts: factsOf(step, report) };
  const base = { after: moved.job, line } as const;
  if (event.type === 'requestStop' || event.type === 'cancelQueued') {
    const holder = found.attempts.find(({ id }) => id === found.job.lease?.attemptId);
    return {
      ...base,
      stopAttemptId: report.attemptId,
      notify: holder === undefined ? [] : [[workerChannel(holder.workerId), holder.id]],
    };
  }
  if ('attemptId' in event && event.attemptId === report.attemptId)
    return {
      ...base,
      attempt: {
        id: report.attemptId,
        change: { ...confirmed(found, restored), output: moved.job.output, endedAt: deadAt },
      },
      notify: [[QUEUE_CHANNEL, '']],
    };
  if (step.kind === 'takeBack' && 'attemptId' in event)
    return {
      ...base,
      attempt: { id: event.attemptId, change: { outcome: 'lost', endedAt: found.at } },
    };
  return base;
}

/** When its processes were dead, by the database's clock. */
function deathOf({ attempts, at }: JobWithAttempts, { report, deadMsAgo }: Restored): Date {
  const known = attempts.find(({ id }) => id === report.attemptId);
  return endTime(at, deadMsAgo, known?.createdAt ?? new Date(0));
}

/** What the report says of the attempt itself. */
function confirmed(found: JobWithAttempts, restored: Restored): AttemptChange {
  const { report, confirmedMsAgo } = restored;
  const known = found.attempts.find(({ id }) => id === report.attemptId);
  const { end } = report;
  const received =
    end.kind === 'stopped' && end.afterMs !== null
      ? new Date(end.request.at.getTime() + end.afterMs)
      : null;
  const stopDeliveredAt = known?.stopDeliveredAt ?? received;
  const deadAt = deathOf(found, restored);
  return {
    ...(stopDeliveredAt === null ? {} : { stopDeliveredAt }),
    outcome: known?.outcome ?? report.end.kind,
    output: laterOutput(known?.output ?? 'none', report.output),
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

function factsOf(step: RestoreStep, { number, end }: AttemptReport) {
  const why = `${step.kind} after a report of attempt ${number}, which ${end.kind}`;
  return end.kind === 'stopped' ? { why, cancelledBy: end.request.by } : { why };
}
