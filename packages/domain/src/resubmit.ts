import { type Account, type Actor, accountOf, isAllowed } from './actor.ts';
import type { Job } from './job.ts';
import { decideSubmitPriority, PRIORITY } from './priority.ts';
import type { Rejection } from './rejection.ts';

export type ResubmitDecision =
  | { readonly ok: true; readonly priority: number }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides whether the actor may run this job again, and with which priority. An admin may run any
 * job again, a submitter only jobs of the same user or token. Without a priority in the request it
 * is the job's priority, or the highest priority of the actor if that is lower. Rejected if the
 * job's secrets are gone, because the copy could not render.
 */
export function decideResubmit(
  actor: Actor,
  {
    job,
    submitter,
    secretsDeletedAt,
  }: {
    readonly job: Job;
    /** Null if the submitter is not known: then the job belongs to nobody. */
    readonly submitter: Account | null;
    readonly secretsDeletedAt: Date | null;
  },
  asked: number | null,
  most: number = PRIORITY.default,
): ResubmitDecision {
  const mayAny = !('role' in actor) || isAllowed(actor, 'setPriority');
  if (!mayAny && !isOwn(actor, submitter)) {
    const { submittedBy } = job;
    const kind = submitter?.kind ?? null;
    return { ok: false, rejection: { code: 'notOwnJob', submittedBy, kind } };
  }
  const priority = asked ?? (mayAny ? job.priority : Math.min(job.priority, most));
  const allowed = decideSubmitPriority(actor, priority, most);
  if (!allowed.ok) return allowed;
  return secretsDeletedAt === null
    ? { ok: true, priority }
    : { ok: false, rejection: { code: 'secretsGone', id: job.id, deletedAt: secretsDeletedAt } };
}

function isOwn(actor: Actor, submitter: Account | null): boolean {
  const asking = accountOf(actor);
  return submitter !== null && asking?.kind === submitter.kind && asking.id === submitter.id;
}
