import { type Actor, isAllowed } from './actor.ts';
import type { Job } from './job.ts';
import type { Rejection, VersionChange } from './rejection.ts';

/** Larger runs first. */
export const PRIORITY = { min: 0, max: 100, default: 50 } as const;

export type PriorityDecision =
  | { readonly ok: true; readonly noop: boolean; readonly job: Job }
  | { readonly ok: false; readonly rejection: Rejection };

/** True for the whole numbers from PRIORITY.min to PRIORITY.max. */
export function isPriority(value: number): boolean {
  return Number.isInteger(value) && value >= PRIORITY.min && value <= PRIORITY.max;
}

export type SubmitPriorityDecision =
  | { readonly ok: true }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Rejects a submission whose priority is above `most`, unless its actor may set priorities: else
 * submitting would be a way around that rule. Renderdeck itself has no role and may.
 */
export function decideSubmitPriority(
  actor: Actor,
  priority: number,
  most: number,
): SubmitPriorityDecision {
  if (priority <= most || !('role' in actor) || isAllowed(actor, 'setPriority'))
    return { ok: true };
  return { ok: false, rejection: { code: 'priorityTooHigh', priority, most } };
}

/**
 * Gives the job with its new priority, or a no-op where it has that priority. Rejects a job that is
 * not QUEUED, and a caller who saw an older version: the rejection says who changed the job since.
 */
export function decideSetPriority(
  job: Job,
  priority: number,
  expectedVersion: number | null,
  lastChange: VersionChange | null,
): PriorityDecision {
  if (!isPriority(priority)) return { ok: false, rejection: { code: 'invalidPriority', priority } };
  if (job.status !== 'QUEUED') {
    return {
      ok: false,
      rejection: {
        code: 'notQueued',
        status: job.status,
        host: job.lease?.host ?? null,
        startedAt: job.startedAt,
        endedAt: job.endedAt,
      },
    };
  }
  if (expectedVersion !== null && expectedVersion !== job.version) {
    return {
      ok: false,
      rejection: {
        code: 'staleVersion',
        expected: expectedVersion,
        actual: job.version,
        priority: job.priority,
        change: lastChange,
      },
    };
  }
  if (job.priority === priority) return { ok: true, noop: true, job };
  return { ok: true, noop: false, job: { ...job, priority, version: job.version + 1 } };
}
