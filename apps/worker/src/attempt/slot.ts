import type { Ended, NextClaim, Result } from '@renderdeck/operations';

/** The slot of an attempt that ends. Its next job may be claimed with the end. */
export type Slot = {
  /**
   * Looks whether this host can take a job, for a second at most. `end` goes by what it found.
   */
  check(): Promise<void>;
  /**
   * Sends an end. Gives it what to claim where this host may take a job now, else null, and starts
   * the job that was claimed.
   */
  end(send: (next: NextClaim | null) => Promise<Result<Ended>>): Promise<Result<Ended>>;
};
