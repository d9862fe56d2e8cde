import type { HeldLease } from '@renderdeck/domain';
import { changeJob, findJobWithAttempts } from '@renderdeck/store';
import type { DatabaseContext, Done } from '../operation-context.ts';
import { giveUpLost } from './give-up-attempt.ts';
import { endingOf } from './own-job.ts';

/**
 * Recovers the jobs of silent hosts whose leases ran out. A RENDERING job goes back to the queue or
 * fails. A CANCELLING job becomes CANCELLED with an `unconfirmed` receipt. Returns the ids of the
 * jobs. Several processes may run it at once. A job whose lease was renewed since, or that another
 * program is changing, is left alone; the next look finds it again.
 */
export async function recoverLost(
  context: DatabaseContext,
  input: { readonly actor: string; readonly lost: readonly HeldLease[] },
): Promise<Done<{ readonly ids: readonly string[] }>> {
  const { actor, lost } = input;
  const ids: string[] = [];
  for (const { jobId, attemptId, renewals } of lost) {
    const found = await findJobWithAttempts(context.db, jobId);
    const attempt = found?.attempts.find(({ id }) => id === attemptId);
    if (found === null || attempt === undefined || found.job.lease?.attemptId !== attemptId)
      continue;
    const { number, host } = attempt;
    const why = `Attempt ${number} was lost: ${host} was not heard until its lease ran out.`;
    const change = giveUpLost(
      { ...found, attempt: endingOf(found, attempt) },
      { actor, outcome: 'lost', why },
    );
    const unrenewed = { leaseRenewals: renewals };
    const changed = { before: found.job, incarnation: found.incarnation, ...change, unrenewed };
    if (await changeJob(context.db, changed)) ids.push(jobId);
  }
  return { ok: true, ids };
}
