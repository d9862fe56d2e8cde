import { randomBytes, randomUUID } from 'node:crypto';
import type { EndingAttempt, Job } from '@renderdeck/domain';
import type { Claim, ClaimedJob } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/** What a worker asks for when it claims. */
export type NextClaim = {
  readonly leaseMs: number;
  /** The job may need only these tags. */
  readonly tags?: readonly string[];
  /**
   * The incarnation of the database to which the host has sent its journal; null: to none yet. Not
   * set: the host keeps no journal.
   */
  readonly journalSentTo?: string | null;
};

/**
 * A job as its worker last saved it: with its claim, or with its latest change. A statement that
 * relies on it is fenced by the version and by the incarnation of the database, because after a
 * failover or a restore the same version may be another program's change.
 */
export type HeldJob = {
  readonly job: Job;
  readonly incarnation: string;
  readonly out: PutOut;
};
/** What the attempt has put out. `others`: null if the job's other attempts must be read. */
export type PutOut = Pick<EndingAttempt, 'output' | 'publications' | 'allPublished'> & {
  readonly others: EndingAttempt['others'] | null;
};

/** A job that a worker holds. Every process of the attempt carries the tree marker. */
export type OwnedJob = Omit<ClaimedJob, 'job' | 'incarnation'> & {
  readonly attemptId: string;
  readonly treeMarker: string;
  readonly held: HeldJob;
};

export function newClaim(
  context: WorkerContext,
  { leaseMs, tags = [], journalSentTo }: NextClaim,
): Claim {
  const { workerId, host, identity } = context;
  const treeMarker = randomBytes(16).toString('hex');
  const asked = { tags, leaseMs, journalSentTo };
  return { attemptId: randomUUID(), workerId, host, identity, treeMarker, ...asked };
}

/** A new attempt has put out nothing. */
export const NOTHING_OUT: PutOut = {
  output: 'none',
  publications: [],
  allPublished: false,
  others: [],
};

export function ownedJob(
  { job, incarnation, ...claimed }: ClaimedJob,
  { attemptId, treeMarker }: Claim,
): OwnedJob {
  // Other attempts count only if they have put something out.
  const out = { ...NOTHING_OUT, others: job.output === 'none' ? [] : null };
  return { ...claimed, attemptId, treeMarker, held: { job, incarnation, out } };
}
