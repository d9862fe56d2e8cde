import type { NumberedReceipt } from './cancel-receipt.ts';
import type { Job } from './job.ts';
import type { JobEstimate } from './job-estimate.ts';
import type { KeptOff } from './kept-off.ts';
import type { OpenAttempt } from './open-attempt.ts';
import type { NoHostOffers } from './tags.ts';
import type { TransferView } from './transfer.ts';

/** A job, as clients get it. `position` is null unless the job waits. */
export type JobView = {
  readonly job: Job;
  readonly position: number | null;
  readonly progress: number;
  /** The estimated time until the end, in the steps of time-left.ts; null if it is not known. */
  readonly timeLeftMs: number | null;
  /**
   * When it will start and end. Null: it neither waits nor renders, or the read does not say it.
   */
  readonly estimate: JobEstimate | null;
  /** What its host downloads, uploads or copies for it; null for a job that is stopped. */
  readonly transfer: TransferView | null;
  /** What nexrender does now, in nexrender's words; null unless the job runs. */
  readonly phase: string | null;
  readonly host: string | null;
  readonly receipt: NumberedReceipt | null;
  /** The job that this job runs again, and the jobs that run this job again, newest first. */
  readonly rerunOf: string | null;
  readonly rerunBy: readonly string[];
  readonly openAttempts: readonly OpenAttempt[];
  /** The hosts that do not get the job although it waits, because they gave it back. */
  readonly keptOff: readonly KeptOff[];
  /** Each known host that offers the tags is one of those. */
  readonly noHostLeft: boolean;
  /**
   * The tags that no known host offers. Null if a known host may claim the job, or if the job does
   * not wait.
   */
  readonly noHostOffers: NoHostOffers | null;
  /**
   * The hosts that could take the job that waits, at most ten, if all of them are drained; else
   * null.
   */
  readonly drainedHosts: readonly string[] | null;
};
