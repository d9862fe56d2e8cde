import type { JobEvent } from './apply-event.ts';
import type { Job } from './job.ts';

/** A job is tried this often where workers die under it. nexrender's own failure is never retried. */
export const MAX_ATTEMPTS = 3;

/** How an attempt ended: completed, failed, stopped on request, lost with its host, or released by a worker that shut down. */
export const ATTEMPT_OUTCOMES = ['completed', 'failed', 'stopped', 'lost', 'released'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** What becomes of a running job whose lease ran out, or whose worker gives it back; null where nothing runs. */
export function decideAfterLoss(job: Job, why: string): Extract<JobEvent, { type: 'requeue' | 'exhaust' | 'hostLost' }> | null {
  if (job.lease === null) return null;
  const { attemptId } = job.lease;
  if (job.stopRequest !== null) return { type: 'hostLost', attemptId };
  const failure = job.output === 'none' ? why : `${why} It was publishing: its output may already be out.`;
  if (job.attempts < job.maxAttempts) return { type: 'requeue', attemptId, failure };
  return { type: 'exhaust', attemptId, failure: `${failure} No attempts are left (${job.maxAttempts} of ${job.maxAttempts}).` };
}
