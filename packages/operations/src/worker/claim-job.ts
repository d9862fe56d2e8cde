import { claimNextJob } from '@renderdeck/store';
import { type Result, reject, type WorkerContext } from '../operation-context.ts';
import { type NextClaim, newClaim, type OwnedJob, ownedJob } from './new-claim.ts';

/**
 * Claims the first job of the queue that needs only the given tags, for this worker. The new
 * attempt is saved before any of its processes starts. Rejected if no such job waits.
 */
export async function claimJob(
  context: WorkerContext,
  input: NextClaim,
): Promise<Result<{ readonly job: OwnedJob }>> {
  const claim = newClaim(context, input);
  const claimed = await claimNextJob(context.db, claim);
  if (claimed === null) return reject({ code: 'queueEmpty' });
  return { ok: true, job: ownedJob(claimed, claim) };
}
