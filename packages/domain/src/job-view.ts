import type { NumberedReceipt } from './cancel-receipt.ts';
import type { Job } from './job.ts';
import type { KeptOff } from './kept-off.ts';
import type { OpenAttempt } from './open-attempt.ts';
import type { NoHostOffers } from './tags.ts';

/** A job as a client sees it. `position` is null unless the job waits. */
export type JobView = {
  readonly job: Job;
  readonly position: number | null;
  readonly progress: number;
  /** How long it will still take, in the steps of time-left.ts; null where that is not known. */
  readonly timeLeftMs: number | null;
  /** What nexrender does now, in its own words; null unless the job runs. */
  readonly phase: string | null;
  readonly host: string | null;
  readonly receipt: NumberedReceipt | null;
  /** The job of which it is a repetition, and its own newest repetitions, the newest first. */
  readonly rerunOf: string | null;
  readonly rerunBy: readonly string[];
  readonly openAttempts: readonly OpenAttempt[];
  /** The hosts that do not get the job although it waits, because they gave it back. */
  readonly keptOff: readonly KeptOff[];
  /** The tags that no known host offers; null where one may have the job, and unless it waits. */
  readonly noHostOffers: NoHostOffers | null;
};
