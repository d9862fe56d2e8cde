import { randomBytes, randomUUID } from 'node:crypto';
import { type ClaimedJob, claimNextJob } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/** A job that is this worker's now. The tree marker marks every process of its tree. */
export type OwnedJob = ClaimedJob & { readonly attemptId: string; readonly treeMarker: string };

/** Takes the first of the queue, with a new attempt on record before anything is spawned; null where no job waits. */
export async function claimJob(context: WorkerContext, leaseMs: number): Promise<OwnedJob | null> {
  const attemptId = randomUUID();
  const treeMarker = randomBytes(16).toString('hex');
  const { workerId, host } = context;
  const job = await claimNextJob(context.db, { attemptId, workerId, host, treeMarker, leaseMs });
  return job === null ? null : { ...job, attemptId, treeMarker };
}
