import type { JobEvent } from './apply-event.ts';
import { decideAfterLoss, decideRelease } from './attempt.ts';
import type { AttemptReport } from './attempt-report.ts';
import { type Job, laterOutput, type Output, type StopRequest } from './job.ts';
import { isFinal } from './job-status.ts';
import { decideRepeatedKill, warnOfKill } from './killed-render.ts';
import type { AttemptEnding } from './open-attempt.ts';
import type { Publications } from './publication.ts';
import { type PublishingAttempt, warnOfAllTwice, warnOfOutput } from './publish-gate.ts';
import { provesEnd } from './stop-report.ts';

/** The facts that the rules need of an attempt in the database. */
export type KnownAttempt = Pick<
  AttemptEnding,
  'id' | 'number' | 'output' | 'outcome' | 'confirmedAt'
> &
  Pick<PublishingAttempt, 'host' | 'publications' | 'allPublished'>;

/** One change that makes the database agree with the report of a host. */
export type RestoreStep =
  /**
   * The database does not know the attempt, because its claim was lost. The attempt gets this
   * number.
   */
  | { readonly kind: 'addAttempt'; readonly number: number }
  /** The host knows more of the output than the database. */
  | {
      readonly kind: 'learn';
      readonly output: Output;
      readonly publications: Publications | null;
    }
  | { readonly kind: 'event'; readonly event: JobEvent }
  /** Another attempt holds a job that needs no render any more: that attempt loses the job. */
  | { readonly kind: 'takeBack'; readonly event: JobEvent }
  /** The job keeps its status and gets a warning about what happened. */
  | { readonly kind: 'warn'; readonly warning: string }
  /** The end of the attempt is saved. */
  | { readonly kind: 'confirm' };

/**
 * Decides the next step after a host reported an attempt. The database may have lost the claim, the
 * cancel or the end in a promotion or a restore. Null if the database lacks nothing. A repeated
 * report changes nothing, so a host may send its report at any time.
 *
 * 1. A proven cancel is restored: the job is CANCELLED with the request that the host received.
 * 2. An output that is out completes the job. If another attempt renders the job again, it loses
 *    the job, unless it may be publishing too.
 * 3. A job that FAILED only because its attempts were lost is completed, too.
 * 4. If the job has ended in another way, it keeps that end and gets a warning.
 *
 * A report without a proof is of an attempt that runs or whose daemon died. It ends nothing: the
 * database learns that the attempt exists and how much of its output is out.
 */
export function decideRestore(
  job: Job,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
): RestoreStep | null {
  const known = attempts.find(({ id }) => id === report.attemptId);
  if (known === undefined) return { kind: 'addAttempt', number: freeNumber(job, attempts, report) };
  if (known.confirmedAt !== null) return null;
  // Warnings name an attempt by the number that the history shows.
  const { number } = known;
  const isProven = provesEnd(report.stopReport);
  const told = { ...report, number, output: knownOutput(known, report) };
  if (!isProven) return learnOutput(job, known, attempts, told);
  return restoreJob(job, known, attempts, told) ?? { kind: 'confirm' };
}

/** How much of the output is out: as the host found after the end, or else as either one knows. */
export function knownOutput(
  { output }: Pick<KnownAttempt, 'output'>,
  report: AttemptReport,
): Output {
  const hasLooked = provesEnd(report.stopReport) && report.publications !== null;
  return hasLooked ? report.output : laterOutput(output, report.output);
}

function learnOutput(
  job: Job,
  known: KnownAttempt,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
): RestoreStep | null {
  const { output, publications, attemptId } = report;
  const isLonger = (publications?.length ?? 0) > known.publications.length;
  if (output !== known.output || isLonger) return { kind: 'learn', output, publications };
  const twice = warnTwice(job, attempts, report);
  if (twice !== null) return twice;
  return job.lease?.attemptId === attemptId ? null : warn(job, warnOfOutput(report));
}

function restoreJob(
  job: Job,
  known: KnownAttempt,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
): RestoreStep | null {
  const { end, attemptId } = report;
  const isOwn = job.lease?.attemptId === attemptId;
  const twice = warnTwice(job, attempts, report);
  if (twice !== null) return twice;
  if (isOwn && job.status === 'CANCELLING') return event(endStopped(report));
  if (end.kind === 'stopped') return restoreCancel(job, end.request, report);
  if (end.kind === 'completed') return restoreCompleted(job, attempts, report);
  // Before a job is rendered again, it gets a warning if output of this attempt may be out.
  const warning = isOwn && end.kind === 'failed' ? null : warn(job, warnOfOutput(report));
  const ended = isOwn ? endHolder(job, known, report) : null;
  const killed = isOwn && ended?.type === 'requeue' ? warnOfKilled(job, report) : null;
  return warning ?? killed ?? (ended === null ? null : event(ended));
}

function event(what: JobEvent): RestoreStep {
  return { kind: 'event', event: what };
}

/** The event that ends the attempt that holds the job; null if no attempt holds it. */
function endHolder(job: Job, known: KnownAttempt, report: AttemptReport): JobEvent | null {
  const { end, attemptId } = report;
  if (end.kind === 'failed') return { type: 'fail', attemptId, failure: end.failure };
  const killed = end.kind === 'hostFailed' ? end.killed : null;
  const repeated =
    killed === null ? null : decideRepeatedKill(job, { ...report, id: attemptId }, killed);
  if (repeated !== null) return repeated;
  return end.kind === 'released' || end.kind === 'hostFailed'
    ? decideRelease(job, end.why)
    : decideAfterLoss(job, known, lostHost(report));
}

function warnOfKilled(job: Job, report: AttemptReport): RestoreStep | null {
  const { end } = report;
  return end.kind === 'hostFailed' && end.killed !== null ? warn(job, warnOfKill(report)) : null;
}

function restoreCancel(job: Job, request: StopRequest, report: AttemptReport): RestoreStep | null {
  if (job.status === 'QUEUED') return event({ type: 'cancelQueued', request });
  // Another attempt may have published since and replaced the output of this attempt.
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
  const { output } = report;
  if (status === 'QUEUED') return event({ type: 'restoreComplete', output });
  // A render that fails by itself fails its job at once, so no attempt of this job did.
  const wereLost = attempts.every(({ outcome }) => outcome !== 'failed');
  if (status === 'FAILED' && wereLost) return event({ type: 'completeLate', output });
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

/** The first new warning about something that another attempt may have put out, too. */
function warnTwice(
  job: Job,
  attempts: readonly KnownAttempt[],
  report: AttemptReport,
): RestoreStep | null {
  const others = attempts.filter(({ id }) => id !== report.attemptId);
  const warnings = warnOfAllTwice(others, report, report.publications ?? []);
  return warnings.map((one) => warn(job, one)).find((step) => step !== null) ?? null;
}

/**
 * The end of an attempt whose job is CANCELLING: finished first if its output was published, else
 * stopped.
 */
function endStopped({ attemptId, end, output, signalled, stopReport }: AttemptReport): JobEvent {
  return end.kind === 'completed' && output !== 'none' && !signalled
    ? { type: 'finishFirst', attemptId, signalled }
    : { type: 'acknowledgeStop', attemptId, survivors: stopReport.survivors.length };
}

function warn(job: Job, warning: string | null): RestoreStep | null {
  return warning === null || job.warnings.includes(warning) ? null : { kind: 'warn', warning };
}

/**
 * The number in the host's report, or the next number if another attempt may have it. The login of
 * a host sees all attempts of a job, or none if no attempt of the job is its own. If it sees none,
 * each number up to the job's count of attempts is taken.
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
