import type { Job, Output } from '@renderdeck/domain';

/**
 * A job as its worker left it: with its claim, or with its latest change. A statement that relies
 * on it is fenced by the version and by the incarnation of the database: after a failover or a
 * restore the same version may be the change of somebody else.
 */
export type HeldJob = {
  readonly job: Job;
  readonly incarnation: string;
  /** Of the attempt. */
  readonly output: Output;
};
