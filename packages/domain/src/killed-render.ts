/*
 * The system or another program ended a program of a render, mostly because memory ran out. The
 * first time this is usually not the job's fault, so another host gets the job, and the attempt
 * does not count. If it happens to the job again, the job is at fault.
 */
import type { JobEvent } from './apply-event.ts';
import type { Job } from './job.ts';

const WAS_KILLED = /^Attempt \d+ was ended by the system or by another program on /;

type KilledAttempt = { readonly id: string; readonly number: number; readonly host: string };

/** The warning that the job keeps. Later attempts find in it that a kill happened before. */
export function warnOfKill({ number, host }: Omit<KilledAttempt, 'id'>): string {
  return `Attempt ${number} was ended by the system or by another program on ${host}.`;
}

/** The end of a job that was already killed in an earlier attempt; null if it was not. */
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
