import type { CancelReceipt } from './cancel-receipt.ts';
import type { Job } from './job.ts';
import type { KeptOff } from './kept-off.ts';
import type { OpenAttempt } from './open-attempt.ts';

/** A job as a client sees it. `position` is null unless the job waits. */
export type JobView = {
  readonly job: Job;
  readonly position: number | null;
  readonly progress: number;
  /** What nexrender does now, in its own words; null unless the job runs. */
  readonly phase: string | null;
  readonly host: string | null;
  readonly receipt: CancelReceipt | null;
  readonly openAttempts: readonly OpenAttempt[];
  /** The hosts that do not get the job although it waits, because they gave it back. */
  readonly keptOff: readonly KeptOff[];
};
