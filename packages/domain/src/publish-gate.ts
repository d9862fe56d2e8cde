import type { Job, Output } from './job.ts';
import { mayLeave } from './job-transitions.ts';
import type { Rejection } from './rejection.ts';

/** The facts of each attempt of the job that the second gate needs. */
export type PublishingAttempt = {
  readonly id: string;
  readonly number: number;
  readonly host: string;
  readonly output: Output;
  /** When the host proved that no process of the attempt runs; null until then. */
  readonly confirmedAt: Date | null;
  /** When an admin declared the host gone; null until then. */
  readonly declaredAt: Date | null;
};

export type GateDecision =
  | { readonly ok: true }
  | { readonly ok: false; readonly rejection: Rejection };

/** The values of `output` that the job and the attempt have from then on. */
export type PublishDecision =
  | { readonly ok: true; readonly job: Output; readonly attempt: Output }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * The first gate, before the postrender actions. An attempt goes on if it still holds its job and
 * no stop was requested. The attempt may not publish anything yet.
 */
export function decideGate(job: Job, attemptId: string): GateDecision {
  if (job.lease?.attemptId !== attemptId)
    return { ok: false, rejection: { code: 'lostAttempt', attemptId } };
  if (!mayLeave('complete', job.status))
    return { ok: false, rejection: { code: 'stopRequested', attemptId } };
  return { ok: true };
}

/**
 * The second gate, before an output gets its final name. In addition to the first gate, no other
 * attempt may still publish. An attempt that got a yes blocks the other attempts until its end is
 * proven or its host is declared gone.
 */
export function decidePublish(
  job: Job,
  attempts: readonly PublishingAttempt[],
  attemptId: string,
): PublishDecision {
  const decided = decideGate(job, attemptId);
  if (!decided.ok) return decided;
  const other = attempts.find(
    ({ id, output, confirmedAt, declaredAt }) =>
      id !== attemptId && output !== 'none' && confirmedAt === null && declaredAt === null,
  );
  if (other !== undefined) {
    const { number, host, output } = other;
    return { ok: false, rejection: { code: 'otherMayPublish', number, host, output } };
  }
  const own = attempts.find(({ id }) => id === attemptId);
  return { ok: true, job: atLeastMaybe(job.output), attempt: atLeastMaybe(own?.output ?? 'none') };
}

/** `published` stays: a second output does not make it uncertain again. */
function atLeastMaybe(output: Output): Output {
  return output === 'published' ? 'published' : 'maybe';
}

/**
 * The output of an attempt that ends. A complete attempt has published everything that it had to.
 */
export function decideFinalOutput(output: Output, isComplete: boolean): Output {
  return isComplete && output !== 'none' ? 'published' : output;
}

/**
 * An output is on the disk under its final name. It counts even if the attempt has lost the job,
 * because the output is out anyway. In that case the job gets a warning.
 */
export function decidePublished(
  job: Job,
  { id, number, host }: Pick<PublishingAttempt, 'id' | 'number' | 'host'>,
  path: string,
): Job {
  const late = `Attempt ${number} on ${host} published ${path} after it had lost the job.`;
  const isNew = job.lease?.attemptId !== id && !job.warnings.includes(late);
  const warnings = isNew ? [...job.warnings, late] : job.warnings;
  return { ...job, output: 'published', warnings, version: job.version + 1 };
}

/**
 * The warning for a job whose attempt ended after the second gate said yes; null if it ended
 * before.
 */
export function warnOfOutput({
  number,
  host,
  output,
}: Pick<PublishingAttempt, 'number' | 'host' | 'output'>): string | null {
  if (output === 'none') return null;
  return output === 'maybe'
    ? `Attempt ${number} on ${host} ended while it published: its output may be out.`
    : `Attempt ${number} on ${host} ended before it was complete: an output of it is out.`;
}
