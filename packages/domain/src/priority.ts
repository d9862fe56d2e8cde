import { type Actor, isAllowed } from './actor.ts';
import type { Job } from './job.ts';
import type { Rejection } from './rejection.ts';
import { type ChangeDecision, refuseChange } from './waiting-job.ts';

/** Larger runs first. */
export const PRIORITY = { min: 0, max: 100, default: 50 } as const;

/** True for the whole numbers from PRIORITY.min to PRIORITY.max. */
export function isPriority(value: number): boolean {
  return Number.isInteger(value) && value >= PRIORITY.min && value <= PRIORITY.max;
}

export type SubmitPriorityDecision =
  | { readonly ok: true }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * The highest priority with which the actor may submit a job. It is `most`, unless the actor may
 * set priorities. Renderdeck itself has no role and may use any priority.
 */
export function highestSubmitPriority(actor: Actor, most: number): number {
  return !('role' in actor) || isAllowed(actor, 'setPriority') ? PRIORITY.max : most;
}

/**
 * Rejects a submission above the highest priority of its actor. Without this rule a submitter could
 * get around the rule that only admins set priorities.
 */
export function decideSubmitPriority(
  actor: Actor,
  priority: number,
  most: number,
): SubmitPriorityDecision {
  if (priority <= highestSubmitPriority(actor, most)) return { ok: true };
  return { ok: false, rejection: { code: 'priorityTooHigh', priority, most } };
}

/**
 * The job with its new priority, or a no-op if it already has that priority. Rejects a job that is
 * not QUEUED, and a caller who saw an older version. The caller of this function adds to the
 * rejection who changed the job since.
 */
export function decideSetPriority(
  job: Job,
  priority: number,
  expectedVersion: number | null,
): ChangeDecision {
  if (!isPriority(priority)) return { ok: false, rejection: { code: 'invalidPriority', priority } };
  const rejection = refuseChange(job, expectedVersion);
  if (rejection !== null) return { ok: false, rejection };
  if (job.priority === priority) return { ok: true, noop: true, job };
  return { ok: true, noop: false, job: { ...job, priority, version: job.version + 1 } };
}
