import type { Job, StopReport } from '@renderdeck/domain';
import type { attempts, ChangeEvent } from '../../schema/index.ts';
import type { AttemptChange } from '../attempts/save-attempt.ts';

export type JobChangeLine = {
  readonly event: ChangeEvent;
  readonly actor: string;
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
};
export type ChangedJob = {
  /**
   * The job as the caller read it. The fence is its version, in the incarnation in which it was
   * read.
   */
  readonly before: Job;
  /**
   * The incarnation of the database in which `before` was read (INCARNATION). In another
   * incarnation the same version may be another change. Not set if `before` was read in the
   * transaction of the change.
   */
  readonly incarnation?: string;
  readonly after: Job;
  readonly line: JobChangeLine;
  readonly attempt?: { readonly id: string; readonly change: AttemptChange };
  /** The host has proven the end of the attempt, so the statement sets when it ended. */
  readonly proof?: Proof;
  /** An attempt of the job that the database does not know yet. */
  readonly newAttempt?: NewAttempt;
  /** Set by a cancel: the attempt to stop, or null if no attempt may still run. */
  readonly stopAttemptId?: string | null;
  /** Set by a cancel that is traced: its traceparent. */
  readonly stopTrace?: string;
  /**
   * For a recovery: the lease was not renewed since, and no other transaction has locked the job.
   */
  readonly unrenewed?: { readonly leaseRenewals: number };
  /** True if hosts may claim the job from now on. */
  readonly beginsToWait?: boolean;
  /** For a stop request: the channel of the worker, and the attempt that it must stop. */
  readonly asked?: { readonly channel: string; readonly attemptId: string } | null;
};

export type Proof = {
  /** How long ago the last process ended, by the host's steady clock. */
  readonly deadMsAgo: number;
  /** The report without `endedAt`. */
  readonly stopReport: StopReport;
};

export type NewAttempt = Pick<
  typeof attempts.$inferSelect,
  'id' | 'number' | 'host' | 'hostId' | 'hostIdentity' | 'workerId' | 'treeMarker' | 'createdAt'
> & { readonly endedAt: Date };
