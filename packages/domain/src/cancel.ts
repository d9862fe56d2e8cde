import type { JobEvent } from './apply-event.ts';
import type { Job, StopRequest } from './job.ts';
import type { Rejection } from './rejection.ts';

export type CancelDecision =
  | {
      readonly ok: true;
      readonly event: Extract<JobEvent, { type: 'cancelQueued' | 'requestStop' }>;
    }
  /**
   * A cancel was requested before: there is no event, and the caller gets the first receipt again.
   */
  | { readonly ok: true; readonly event: null }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides a cancel. A queued job ends now. For a running job a stop request is made for its worker.
 * A repeated cancel gets the first receipt. A job that ended by itself rejects the cancel.
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
