import type { WorkerContext } from '@renderdeck/operations';
import type { Listener, Store } from '@renderdeck/store/connect';
import type { Logger } from 'pino';
import type { WorkerConfig } from './config.ts';
import type { RunningAttempts } from './running-attempts.ts';

/** What every loop and the pipeline share. `context` names the worker to the database. */
export type Worker = {
  readonly config: WorkerConfig;
  readonly context: WorkerContext;
  readonly store: Store;
  readonly listener: Listener;
  readonly log: Logger;
  readonly attempts: RunningAttempts;
  /** Aborted when the daemon ends and may wait for nothing any more. */
  readonly shutdownDeadline: AbortController;
};

/** How long the files of an attempt may delay its report. What is left then is named in it. */
export const CLEAN_WITHIN_MS = 5000;
