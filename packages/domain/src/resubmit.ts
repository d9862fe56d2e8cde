import { type Actor, isAllowed } from './actor.ts';
import type { Job } from './job.ts';
import { decideSubmitPriority, PRIORITY } from './priority.ts';
import type { Rejection } from './rejection.ts';

export type ResubmitDecision =
  | { readonly ok: true; readonly priority: number }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides whether the actor may run this job again, and with which priority: an admin any job, a
 * submitter its own. Without a priority it is the job's, or the highest that the actor may ask for
 * where that is less. Rejected where the job's secrets are gone: the copy could not render.
 */
export function decideResubmit(
  actor: Actor,
  { job, secretsDeletedAt }: { readonly job: Job; readonly secretsDeletedAt: Date | null },
  asked: number | null,
  most: number = PRIORITY.default,
): ResubmitDecision {
  const mayAny = !('role' in actor) || isAllowed(actor, 'setPriority');
  if (!mayAny && job.submittedBy !== actor.name)
    return { ok: false, rejection: { code: 'notOwnJob', submittedBy: job.submittedBy } };
  const priority = asked ?? (mayAny ? job.priority : Math.min(job.priority, most));
  const allowed = decideSubmitPriority(actor, priority, most);
  if (!allowed.ok) return allowed;
  return secretsDeletedAt === null
    ? { ok: true, priority }
    : { ok: false, rejection: { code: 'secretsGone', id: job.id, deletedAt: secretsDeletedAt } };
}
