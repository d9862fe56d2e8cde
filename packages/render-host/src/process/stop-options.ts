import type { Scan } from './snapshot/choose-listing.ts';

export type StopOptions = {
  /** Time between TERM and the first KILL; default 2000 ms. */
  graceMs?: number;
  /** Time after which survivors are reported; default 10000 ms. */
  budgetMs?: number;
  /** A second cancel: ends the grace at once. */
  skipGrace?: AbortSignal;
  /**
   * The caller knows that this is the host of the tree and that it has rebooted since. It has
   * compared the identities and the uptime (compareHosts of domain).
   */
  hostRebooted?: boolean;
  /** Windows: also end After Effects that runs in no job of this worker. Default: report it. */
  endStrays?: boolean;
  /** Which listing of processes to use; default: the best this platform has. */
  scan?: Scan;
};
