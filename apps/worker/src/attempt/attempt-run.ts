import type { HostRemovalReport, HostStopReport } from '@renderdeck/domain';
import type { Ended, NextClaim, Result } from '@renderdeck/operations';
import type { CacheSession, Credential, Render, ScratchFolder } from '@renderdeck/render-host';
import type { Logger } from 'pino';
import type { Worker } from '../worker.ts';
import type { EndReason } from './end-signal.ts';
import type { RunningAttempt } from './running-attempts.ts';

/** The facts of one attempt in run-attempt.ts. Each stage adds facts. */
export type AttemptRun = {
  readonly worker: Worker;
  readonly attempt: RunningAttempt;
  readonly log: Logger;
};

/** `prepared` is null when this host refuses the job or cannot make a scratch folder. */
export type PreparedRun = AttemptRun & { readonly prepared: Prepared | null };
export type Prepared = {
  /** The job as this host may run it, with the checked paths. */
  readonly nexrenderJob: Record<string, unknown>;
  /** Texts of the job and of its logins that no log may contain. */
  readonly secretTexts: readonly string[];
  /** The logins of this host that the job may use. */
  readonly credentials: readonly Credential[];
  readonly scratch: ScratchFolder;
  readonly cache: CacheSession | null;
};

/** `render` is null when no tree was started. */
export type StartedRun = PreparedRun & { readonly render: Render | null };

export type WatchedRun = StartedRun & { readonly reason: EndReason };

export type EndedRun = WatchedRun & {
  readonly stopReport: HostStopReport;
  /** Settles when the arrival of the stop request is recorded, or cannot be recorded. */
  readonly stopReceivedRecorded: Promise<void>;
};

/** `removalReport` is null when there was no scratch folder. */
export type CleanedRun = EndedRun & { readonly removalReport: HostRemovalReport | null };

/** The slot of an attempt that ends. The same statement may claim the next job for this slot. */
export type Slot = {
  /**
   * Checks, for at most a second, whether this host can take a job. `end` uses the result.
   */
  check(): Promise<void>;
  /**
   * Sends an end. `send` gets what to claim if this host may take a job now, else null. If a job
   * was claimed, it is started.
   */
  end(send: (next: NextClaim | null) => Promise<Result<Ended>>): Promise<Result<Ended>>;
};
