import type { JobEvent } from './apply-event.ts';
import type { Job, StopRequest } from './job.ts';
import type { Rejection } from './rejection.ts';

export type CancelDecision =
  | {
      readonly ok: true;
      readonly event: Extract<JobEvent, { type: 'cancelQueued' | 'requestStop' }>;
    }
  /** Somebody asked before: no event, the first receipt stands. */
  | { readonly ok: true; readonly event: null }
  | { readonly ok: false; readonly rejection: Rejection };

/** Ends a queued job now, asks the worker of a running one, repeats the first receipt of one already asked, and refuses one that ended on its own. */
export function decideCancel(job: Job, request: StopRequest): CancelDecision {
  if (job.stopRequest !== null) return { ok: true, event: null };
  if (job.status === 'QUEUED') return { ok: true, event: { type: 'cancelQueued', request } };
  if (job.status === 'RENDERING') return { ok: true, event: { type: 'requestStop', request } };
  return {
    ok: false,
    rejection: { code: 'alreadyEnded', status: job.status, endedAt: job.endedAt },
  };
}
