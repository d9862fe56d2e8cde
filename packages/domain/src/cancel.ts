import type { JobEvent } from './apply-event.ts';
import type { Job, StopRequest } from './job.ts';
import type { Rejection } from './rejection.ts';

export type CancelDecision =
  | {
      readonly ok: true;
      readonly event: Extract<JobEvent, { type: 'cancelQueued' | 'requestStop' }>;
    }
  /** A cancel was requested before: no event, the first receipt is repeated. */
  | { readonly ok: true; readonly event: null }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides a cancel: a queued job ends now, the worker of a running job is asked to stop, a repeated
 * cancel gets the first receipt, and a job that ended by itself is rejected.
 */
export function decideCancel(job: Job, request: StopRequest): CancelDecision {
  if (job.stopRequest !== null) return { ok: true, event: null };
  if (job.status === 'QUEUED') return { ok: true, event: { type: 'cancelQueued', request } };
  if (job.status === 'RENDERING') return { ok: true, event: { type: 'requestStop', request } };
  return {
    ok: false,
    rejection: { code: 'alreadyEnded', status: job.status, endedAt: job.endedAt },
  };
}
