import { claimNextJob } from '@renderdeck/store';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type NextClaim, newClaim, type OwnedJob, ownedJob } from './new-claim.ts';

/**
 * Claims the first job of the queue that needs only the given tags, for this worker. The new
 * attempt is saved before any of its processes starts. Rejected with `queueEmpty` if no such job
 * waits, and with `journalUnsent` until the journal was sent to this incarnation of the database.
 */
export async function claimJob(
  context: WorkerContext,
  input: NextClaim,
): Promise<Result<{ readonly job: OwnedJob }>> {
  const claim = newClaim(context, input);
  const { claimed, unsentTo } = await claimNextJob(context.db, claim);
  if (unsentTo !== null) return reject({ code: 'journalUnsent', incarnation: unsentTo });
  if (claimed === null) return reject({ code: 'queueEmpty' });
  return { ok: true, job: ownedJob(claimed, claim) };
}
