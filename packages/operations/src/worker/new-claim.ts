import { randomBytes, randomUUID } from 'node:crypto';
import type { Job, Output } from '@renderdeck/domain';
import type { Claim, ClaimedJob } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/** What a worker asks for when it claims. The job may need only these tags. */
export type NextClaim = { readonly leaseMs: number; readonly tags?: readonly string[] };

/**
 * A job as its worker last saved it: with its claim, or with its latest change. A statement that
 * relies on it is fenced by the version and by the incarnation of the database, because after a
 * failover or a restore the same version may be another program's change.
 */
export type HeldJob = {
  readonly job: Job;
  readonly incarnation: string;
  /** The output of the attempt. */
  readonly output: Output;
};

/** A job that a worker holds. Every process of the attempt carries the tree marker. */
export type OwnedJob = Omit<ClaimedJob, 'job' | 'incarnation'> & {
  readonly attemptId: string;
  readonly treeMarker: string;
  readonly held: HeldJob;
};

export function newClaim(context: WorkerContext, { leaseMs, tags = [] }: NextClaim): Claim {
  const { workerId, host, identity } = context;
  const treeMarker = randomBytes(16).toString('hex');
  return { attemptId: randomUUID(), workerId, host, identity, tags, treeMarker, leaseMs };
}

export function ownedJob(
  { job, incarnation, ...claimed }: ClaimedJob,
  { attemptId, treeMarker }: Claim,
): OwnedJob {
  return { ...claimed, attemptId, treeMarker, held: { job, incarnation, output: 'none' } };
}
