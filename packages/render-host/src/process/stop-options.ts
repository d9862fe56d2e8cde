import type { Scan } from './snapshot/choose-listing.ts';

export type StopOptions = {
  /** Time between TERM and the first KILL; default 2000 ms. */
  graceMs?: number;
  /** Time after which survivors are reported; default 10000 ms. */
  budgetMs?: number;
  /** Ends the grace at once: a second cancel. */
  skipGrace?: AbortSignal;
  /**
   * The caller knows that this is the tree's host and that it has booted since: it compared who
   * they are and how long this machine is up (domain's compareHosts).
   */
  hostRebooted?: boolean;
  /** Windows: also end After Effects that runs in no job of this worker. Default: only name it. */
  endStrays?: boolean;
  /** Which listing of processes to use; default: the best this platform has. */
  scan?: Scan;
};
