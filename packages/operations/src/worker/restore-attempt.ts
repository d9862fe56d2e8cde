import {
  type AttemptReport,
  applyEvent,
  decideRestore,
  type Job,
  laterOutput,
  type RestoreStep,
} from '@renderdeck/domain';
import type { AttemptChange, JobWithAttempts } from '@renderdeck/store';
import { changeJob, findJobWithAttempts, QUEUE_CHANNEL, workerChannel } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import type { DecidedChange } from './own-job.ts';
import { sinceRequest } from './reports.ts';

/** Each step or lost race is one try; a restore takes at most four steps. */
const MAX_TRIES = 100;

/**
 * Brings a job to what its host reports of an attempt, whatever the database knows of it (domain's
 * restore.ts). The same report may be sent at any time and any number of times. Rejected where no
 * job has the id: the submission itself was lost.
 */
export async function restoreAttempt(
  context: WorkerContext,
  report: AttemptReport,
): Promise<Outcome> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await findJobWithAttempts(context.db, report.jobId);
    if (found === null) return reject({ code: 'unknownJob', id: report.jobId });
    const step = decideRestore(found.job, found.attempts, report);
    if (step === null) return DONE;
    await changeJob(context.db, { before: found.job, ...changeOf(step, found, report) });
  }
  throw new Error(`job ${report.jobId} changed ${MAX_TRIES} times while it was restored`);
}

function changeOf(step: RestoreStep, found: JobWithAttempts, report: AttemptReport): DecidedChange {
  const { job, at } = found;
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
      return { after: changed(after), line, newAttempt: newAttempt(report, step.number) };
    }
    case 'warn':
      return { after: changed({ warnings: [...job.warnings, step.warning] }), line };
    case 'confirm':
      return {
        after: changed({ output: laterOutput(job.output, report.output) }),
        line: { ...line, event: 'confirmStop' },
        attempt: { id: report.attemptId, change: confirmed(found, report) },
      };
    case 'takeBack':
    case 'event':
      return afterEvent(step, found, report, at);
  }
}

function afterEvent(
  step: Extract<RestoreStep, { kind: 'event' | 'takeBack' }>,
  found: JobWithAttempts,
  report: AttemptReport,
  at: Date,
): DecidedChange {
  const { event } = step;
  const output = laterOutput(found.job.output, report.output);
  const moved = applyEvent({ ...found.job, output }, event, at);
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
        change: { ...confirmed(found, report), output: moved.job.output, endedAt: at },
      },
      notify: [[QUEUE_CHANNEL, '']],
    };
  if (step.kind === 'takeBack' && 'attemptId' in event)
    return {
      ...base,
      attempt: { id: event.attemptId, change: { outcome: 'lost', endedAt: at } },
    };
  return base;
}

/** What the report says of the attempt itself. */
function confirmed({ job, attempts, at }: JobWithAttempts, report: AttemptReport): AttemptChange {
  const known = attempts.find(({ id }) => id === report.attemptId);
  const { end } = report;
  const received =
    end.kind === 'stopped' && end.afterMs !== null
      ? new Date(end.request.at.getTime() + end.afterMs)
      : null;
  const stopDeliveredAt = known?.stopDeliveredAt ?? received;
  return {
    ...(stopDeliveredAt === null ? {} : { stopDeliveredAt }),
    outcome: known?.outcome ?? report.end.kind,
    output: laterOutput(known?.output ?? 'none', report.output),
    stopReport: sinceRequest(job, { stopDeliveredAt }, report.stopReport),
    removalReport: report.removalReport,
    confirmedAt: at,
  };
}

function newAttempt(report: AttemptReport, number: number) {
  const { attemptId: id, host, identity, workerId, treeMarker } = report;
  const { hostId } = identity;
  return { id, number, host, hostId, hostIdentity: identity, workerId, treeMarker };
}

function factsOf(step: RestoreStep, { number, end }: AttemptReport) {
  const why = `${step.kind} after a report of attempt ${number}, which ${end.kind}`;
  return end.kind === 'stopped' ? { why, cancelledBy: end.request.by } : { why };
}
