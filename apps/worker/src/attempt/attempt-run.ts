import type { HostRemovalReport, HostStopReport } from '@renderdeck/domain';
import type { Ended, NextClaim, Result } from '@renderdeck/operations';
import type { Render, ScratchFolder } from '@renderdeck/render-host';
import type { Logger } from 'pino';
import type { Worker } from '../worker.ts';
import type { EndReason } from './end-signal.ts';
import type { RunningAttempt } from './running-attempts.ts';

/** The facts of one attempt in run-attempt.ts. Each stage adds its own. */
export type AttemptRun = {
  readonly worker: Worker;
  readonly attempt: RunningAttempt;
  readonly log: Logger;
};

/** Null when this host refuses the job or cannot make a scratch folder. */
export type PreparedRun = AttemptRun & { readonly prepared: Prepared | null };
export type Prepared = {
  /** The job as this host may run it: it has the paths that were checked. */
  readonly nexrenderJob: Record<string, unknown>;
  /** Texts of it that may stand in no log. */
  readonly secretTexts: readonly string[];
  readonly scratch: ScratchFolder;
};

/** Null when nothing was started. */
export type StartedRun = PreparedRun & { readonly render: Render | null };

export type WatchedRun = StartedRun & { readonly reason: EndReason };

export type EndedRun = WatchedRun & {
  readonly stopReport: HostStopReport;
  /** Settles when the arrival of a stop request is recorded or cannot be recorded. */
  readonly stopReceivedRecorded: Promise<void>;
};

/** Null when there was no scratch folder. */
export type CleanedRun = EndedRun & { readonly removalReport: HostRemovalReport | null };

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
