/*
 * A render of which the system or another program ended a program, mostly for want of memory. It is
 * most often not the job's fault, so another host gets the job, at no cost. Where the same happens
 * again, it is.
 */
import type { JobEvent } from './apply-event.ts';
import type { Job } from './job.ts';

const WAS_KILLED = /^Attempt \d+ was ended by the system or by another program on /;

type KilledAttempt = { readonly id: string; readonly number: number; readonly host: string };

/** What the job says from then on. Later attempts know by it that it happened before. */
export function warnOfKill({ number, host }: Omit<KilledAttempt, 'id'>): string {
  return `Attempt ${number} was ended by the system or by another program on ${host}.`;
}

/** The end of a job to which this has happened in an earlier attempt; null where it has not. */
export function decideRepeatedKill(
  { warnings }: Pick<Job, 'warnings'>,
  attempt: KilledAttempt,
  sentence: string,
): Extract<JobEvent, { type: 'fail' }> | null {
  const own = warnOfKill(attempt);
  const earlier = warnings.find((warning) => WAS_KILLED.test(warning) && warning !== own);
  if (earlier === undefined) return null;
  const failure = `${sentence} It has happened before: ${earlier} The job is not tried again.`;
  return { type: 'fail', attemptId: attempt.id, failure };
}
