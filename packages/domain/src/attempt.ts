import type { JobEvent } from './apply-event.ts';
import type { Job } from './job.ts';
import type { PublishingAttempt } from './publish-gate.ts';

/**
 * How many attempts a job gets if workers die. A render that nexrender reports as failed is not
 * tried again.
 */
export const MAX_ATTEMPTS = 3;

/**
 * How an attempt ended. lost: its host lost the lease. released: its worker shut down. hostFailed:
 * its host cannot render and gave the job back.
 */
export const ATTEMPT_OUTCOMES = [
  'completed',
  'failed',
  'stopped',
  'lost',
  'released',
  'hostFailed',
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/**
 * The event for a running job whose worker shuts down or whose host cannot render. The job returns
 * to its place in the queue, and the attempt does not count. Null if no attempt runs.
 */
export function decideRelease(
  job: Job,
  why: string,
): Extract<JobEvent, { type: 'requeue' }> | null {
  return job.lease === null
    ? null
    : {
        type: 'requeue',
        attemptId: job.lease.attemptId,
        failure: withOutput(job, why),
        countsAsAttempt: false,
      };
}

/**
 * The event for a running job whose lease ran out or whose worker died. Null if no attempt runs.
 * The job is complete if all that the attempt had to put out is on record.
 */
export function decideAfterLoss(
  job: Job,
  { allPublished }: Pick<PublishingAttempt, 'allPublished'>,
  why: string,
): Extract<JobEvent, { type: 'requeue' | 'exhaust' | 'hostLost' | 'complete' }> | null {
  if (job.lease === null) return null;
  const { attemptId } = job.lease;
  if (job.stopRequest !== null) return { type: 'hostLost', attemptId };
  if (allPublished) return { type: 'complete', attemptId };
  const failure = withOutput(job, why);
  if (job.attempts < job.maxAttempts)
    return { type: 'requeue', attemptId, failure, countsAsAttempt: true };
  return {
    type: 'exhaust',
    attemptId,
    failure: `${failure} No attempts are left (${job.maxAttempts} of ${job.maxAttempts}).`,
  };
}

function withOutput(job: Job, why: string): string {
  if (job.output === 'none') return why;
  return `${why} The output of the job ${job.output === 'maybe' ? 'may already be' : 'is'} out.`;
}
