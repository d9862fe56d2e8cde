import type { JobEvent } from './apply-event.ts';
import { decideAfterLoss, decideRelease } from './attempt.ts';
import type { AttemptReport } from './attempt-report.ts';
import { type Job, OUTPUTS, type Output, type StopRequest } from './job.ts';
import { isFinal } from './job-status.ts';
import { decideRepeatedKill, warnOfKill } from './killed-render.ts';
import type { AttemptEnding } from './open-attempt.ts';
import { warnOfOutput } from './publish-gate.ts';
import { provesEnd } from './stop-report.ts';

/** What the rules need of an attempt that the database knows. */
export type KnownAttempt = Pick<
  AttemptEnding,
  'id' | 'number' | 'output' | 'outcome' | 'confirmedAt'
>;

/** One change that brings the database nearer to what a host reports. */
export type RestoreStep =
  /** The database does not know the attempt: its claim was lost. It gets this number. */
  | { readonly kind: 'addAttempt'; readonly number: number }
  /** The host knows more of the output than the database. */
  | { readonly kind: 'learn'; readonly output: Output }
  | { readonly kind: 'event'; readonly event: JobEvent }
  /** Another attempt holds the job, which needs no render any more: it loses the job. */
  | { readonly kind: 'takeBack'; readonly event: JobEvent }
  /** The job keeps its status and says what happened. */
  | { readonly kind: 'warn'; readonly warning: string }
  /** The end of the attempt goes on record. */
  | { readonly kind: 'confirm' };

/**
 * Decides the next step after a host reported an attempt, whatever the database knows of it: it may
 * have lost the claim, the cancel or the end in a promotion or a restore. Null where nothing is
 * missing. Repeated reports change nothing, so a host may send one at any time.
 *
 * 1. A proven cancel comes back: the job is CANCELLED with the request that the host received.
 * 2. An output that is out completes the job. Another attempt that renders it again loses it,
 *    unless that one may be publishing too.
 * 3. Where the job has ended in another way meanwhile, it keeps that end and has a warning.
 *
 * A report without a proof is of an attempt that runs, or whose daemon died. It ends nothing: the
 * database learns that there is the attempt, and how far its output is out.
 */
export function decideRestore(
  job: Job,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
): RestoreStep | null {
  const known = attempts.find(({ id }) => id === report.attemptId);
  if (known === undefined) return { kind: 'addAttempt', number: freeNumber(job, attempts, report) };
  if (known.confirmedAt !== null) return null;
  // What is told of an attempt names it by the number that the history shows.
  const { number } = known;
  const told = { ...report, number, output: laterOutput(known.output, report.output) };
  if (!provesEnd(report.stopReport)) return learn(job, known, told);
  return restoreJob(job, attempts, told) ?? { kind: 'confirm' };
}

/** The later of two facts about an output: one that may be out never becomes one that is not. */
export function laterOutput(one: Output, other: Output): Output {
  return OUTPUTS.indexOf(one) < OUTPUTS.indexOf(other) ? other : one;
}

function learn(job: Job, known: KnownAttempt, report: AttemptReport): RestoreStep | null {
  const { output, attemptId } = report;
  if (output !== known.output) return { kind: 'learn', output };
  return job.lease?.attemptId === attemptId ? null : warn(job, warnOfOutput(report));
}

function restoreJob(
  job: Job,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
): RestoreStep | null {
  const { end, attemptId } = report;
  const isOwn = job.lease?.attemptId === attemptId;
  if (isOwn && job.status === 'CANCELLING') return event(endStopped(report));
  if (end.kind === 'stopped') return restoreCancel(job, end.request, report);
  if (end.kind === 'completed') return restoreCompleted(job, attempts, report);
  // A job that is rendered again says first what may be out of this attempt.
  const warning = isOwn && end.kind === 'failed' ? null : warn(job, warnOfOutput(report));
  const ended = isOwn ? endHolder(job, report) : null;
  const killed = isOwn && ended?.type === 'requeue' ? warnOfKilled(job, report) : null;
  return warning ?? killed ?? (ended === null ? null : event(ended));
}

function event(what: JobEvent): RestoreStep {
  return { kind: 'event', event: what };
}

/** How the attempt that holds the job ends; null where none does. */
function endHolder(job: Job, report: AttemptReport): JobEvent | null {
  const { end, attemptId } = report;
  if (end.kind === 'failed') return { type: 'fail', attemptId, failure: end.failure };
  const killed = end.kind === 'hostFailed' ? end.killed : null;
  const repeated =
    killed === null ? null : decideRepeatedKill(job, { ...report, id: attemptId }, killed);
  if (repeated !== null) return repeated;
  return end.kind === 'released' || end.kind === 'hostFailed'
    ? decideRelease(job, end.why)
    : decideAfterLoss(job, lostHost(report));
}

function warnOfKilled(job: Job, report: AttemptReport): RestoreStep | null {
  const { end } = report;
  return end.kind === 'hostFailed' && end.killed !== null ? warn(job, warnOfKill(report)) : null;
}

function restoreCancel(job: Job, request: StopRequest, report: AttemptReport): RestoreStep | null {
  if (job.status === 'QUEUED') return event({ type: 'cancelQueued', request });
  // Another attempt may have put its output out since, and replaced the one of this attempt.
  const isOwn = job.lease?.attemptId === report.attemptId;
  const warning = isOwn ? null : warn(job, warnOfOutput(report));
  if (warning !== null) return warning;
  if (job.status === 'RENDERING') return event({ type: 'requestStop', request });
  return isFinal(job.status) && job.status !== 'CANCELLED'
    ? warn(job, lostCancel(request, report))
    : null;
}

function restoreCompleted(
  job: Job,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
): RestoreStep | null {
  const { lease, status } = job;
  if (lease?.attemptId === report.attemptId)
    return event({ type: 'complete', attemptId: report.attemptId });
  if (status === 'QUEUED') return event({ type: 'restoreComplete', output: report.output });
  const holder = attempts.find(({ id }) => id === lease?.attemptId);
  if (status === 'RENDERING' && lease !== null && holder?.output === 'none') {
    const { attemptId } = lease;
    return {
      kind: 'takeBack',
      event: { type: 'completeEarlier', attemptId, output: report.output },
    };
  }
  const again = attempts.some(({ id, output }) => id !== report.attemptId && output !== 'none');
  if (report.output === 'none' || (status === 'COMPLETED' && !again)) return null;
  return warn(job, isOut(report));
}

/** The attempt's own job was asked to stop: a published output came first, else it was stopped. */
function endStopped({ attemptId, end, output, signalled, stopReport }: AttemptReport): JobEvent {
  return end.kind === 'completed' && output !== 'none' && !signalled
    ? { type: 'finishFirst', attemptId, signalled }
    : { type: 'acknowledgeStop', attemptId, survivors: stopReport.survivors.length };
}

function warn(job: Job, warning: string | null): RestoreStep | null {
  return warning === null || job.warnings.includes(warning) ? null : { kind: 'warn', warning };
}

/**
 * The number of the host's report, or the next one where another attempt may have it. The login of
 * a host sees all attempts of a job or, where none is its own, none: then each number that the job
 * has counted is taken.
 */
function freeNumber(job: Job, attempts: readonly KnownAttempt[], { number }: AttemptReport) {
  const taken = attempts.map((one) => one.number);
  const isTaken = taken.length === 0 ? number <= job.attempts : taken.includes(number);
  return isTaken ? Math.max(job.attempts, ...taken) + 1 : number;
}

function lostCancel({ by }: StopRequest, { number, host }: AttemptReport): string {
  return (
    `${host} had proven the end of attempt ${number} after ${by} cancelled the job; ` +
    'the database lost that, and the job ran again.'
  );
}

function isOut({ number, host }: AttemptReport): string {
  return `Attempt ${number} had published the output on ${host}.`;
}

function lostHost({ number, host }: AttemptReport): string {
  return `Attempt ${number} was lost: the worker on ${host} could not keep its lease.`;
}
