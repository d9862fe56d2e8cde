import { randomBytes, randomUUID } from 'node:crypto';
import { type ClaimedJob, claimNextJob } from '@renderdeck/store';
import { type Outcome, reject, type WorkerContext } from '../operation-context.ts';

/** A job that a worker holds. Every process of the attempt carries the tree marker. */
export type OwnedJob = ClaimedJob & { readonly attemptId: string; readonly treeMarker: string };

/**
 * Claims the first job of the queue for this worker. The new attempt is saved before any of its
 * processes starts. Rejected if the queue is empty.
 */
export async function claimJob(
  context: WorkerContext,
  input: { readonly leaseMs: number },
): Promise<Outcome<{ readonly job: OwnedJob }>> {
  const { db, workerId, host, identity } = context;
  const attemptId = randomUUID();
  const treeMarker = randomBytes(16).toString('hex');
  const { leaseMs } = input;
  const claim = { attemptId, workerId, host, identity, treeMarker, leaseMs };
  const job = await claimNextJob(db, claim);
  if (job === null) return reject({ code: 'queueEmpty' });
  return { ok: true, job: { ...job, attemptId, treeMarker } };
}
