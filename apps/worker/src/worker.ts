import type { WorkerContext } from '@renderdeck/operations';
import type { RenderUser } from '@renderdeck/render-host';
import type { Listener, Store } from '@renderdeck/store/connect';
import type { Logger } from 'pino';
import type { Journal } from './attempt/journal.ts';
import type { RunningAttempts } from './attempt/running-attempts.ts';
import type { WorkerConfig } from './config.ts';
import type { CheckTrees } from './host/check-tree.ts';
import type { SelfCheck } from './host/self-check.ts';

/** What the loops and the stages of an attempt share. `context` is the worker in the database. */
export type Worker = {
  readonly config: WorkerConfig;
  /** The user that renders run as; null: the worker's own. */
  readonly renderUser: RenderUser | null;
  readonly context: WorkerContext;
  readonly store: Store;
  readonly listener: Listener;
  readonly log: Logger;
  readonly attempts: RunningAttempts;
  readonly journal: Journal;
  /** Whether this host can render. */
  readonly selfCheck: SelfCheck;
  readonly checkTrees: Pick<CheckTrees, 'treeMarker' | 'endEarlier'>;
  /** Aborted when the daemon must end and may not wait for the database any longer. */
  readonly shutdownDeadline: AbortController;
};

/** How long deleting an attempt's files may delay its report. The report names what is left. */
export const CLEAN_WITHIN_MS = 5000;
