import type { Job, Output } from './job.ts';
import { mayLeave } from './job-transitions.ts';
import type { Rejection } from './rejection.ts';

/** What the second gate needs to know of each attempt of the job. */
export type PublishingAttempt = {
  readonly id: string;
  readonly number: number;
  readonly host: string;
  readonly output: Output;
  /** When its host proved that no process of it runs. */
  readonly confirmedAt: Date | null;
  /** When an admin declared its host gone. */
  readonly declaredAt: Date | null;
};

export type GateDecision =
  | { readonly ok: true }
  | { readonly ok: false; readonly rejection: Rejection };

/** The outputs that the job and the attempt have from then on. */
export type PublishDecision =
  | { readonly ok: true; readonly job: Output; readonly attempt: Output }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * The first gate, before the postrender actions: an attempt goes on if it still holds its job and
 * no stop was requested. It allows nothing to be put out yet.
 */
export function decideGate(job: Job, attemptId: string): GateDecision {
  if (job.lease?.attemptId !== attemptId)
    return { ok: false, rejection: { code: 'lostAttempt', attemptId } };
  if (!mayLeave('complete', job.status))
    return { ok: false, rejection: { code: 'stopRequested', attemptId } };
  return { ok: true };
}

/**
 * The second gate, before an output gets its final name. In addition no other attempt may still put
 * out: one that had a yes blocks the others until it is proven dead or its host is declared gone.
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

/** What is out stays out: a second output does not make `published` uncertain again. */
function atLeastMaybe(output: Output): Output {
  return output === 'published' ? 'published' : 'maybe';
}

/** The output of an attempt that ends: once it is complete, everything it had to put out is out. */
export function decideFinalOutput(output: Output, isComplete: boolean): Output {
  return isComplete && output !== 'none' ? 'published' : output;
}

/**
 * An output is on the disk under its final name. It is no question of who holds the job: an attempt
 * that has lost it has put its output out all the same, and then the job gets a warning.
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

/** What a job must say of an attempt that gave it up after its first yes; null before that. */
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
