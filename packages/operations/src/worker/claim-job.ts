import { randomBytes, randomUUID } from 'node:crypto';
import { type ClaimedJob, claimNextJob } from '@renderdeck/store';
import { type Outcome, reject, type WorkerContext } from '../operation-context.ts';

/** A job that is this worker's now. The tree marker marks every process of its tree. */
export type OwnedJob = ClaimedJob & { readonly attemptId: string; readonly treeMarker: string };

/**
 * Gives the first job of the queue to this worker; its new attempt is on record before any process
 * starts. Rejected where no job waits.
 */
export async function claimJob(
  context: WorkerContext,
  input: { readonly leaseMs: number },
): Promise<Outcome<{ readonly job: OwnedJob }>> {
  const { db, workerId, host } = context;
  const attemptId = randomUUID();
  const treeMarker = randomBytes(16).toString('hex');
  const { leaseMs } = input;
  const job = await claimNextJob(db, { attemptId, workerId, host, treeMarker, leaseMs });
  if (job === null) return reject({ code: 'queueEmpty' });
  return { ok: true, job: { ...job, attemptId, treeMarker } };
}
