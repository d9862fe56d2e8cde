import type { WorkerContext } from '@renderdeck/operations';
import type { HostCache, RenderUser } from '@renderdeck/render-host';
import type { Listener, Store } from '@renderdeck/store/connect';
import type { Tracer } from '@renderdeck/tracing';
import type { Logger } from 'pino';
import type { Journal } from './attempt/journal.ts';
import type { RunningAttempts } from './attempt/running-attempts.ts';
import type { WorkerConfig } from './config.ts';
import type { CheckTrees } from './host/check-tree.ts';
import type { HostChecker } from './host/host-checker.ts';
import type { RenderConnection } from './open-store.ts';
import type { OutageLog } from './outage-log.ts';

/**
 * The state that the loops and the stages of an attempt share. `context`: the database side of the
 * loops; `attemptContext`: that of the attempts.
 */
export type Worker = {
  readonly config: WorkerConfig;
  /** The user that renders run as; null: the worker's own. */
  readonly renderUser: RenderUser | null;
  readonly context: WorkerContext;
  readonly attemptContext: WorkerContext;
  readonly store: Store;
  readonly renderConnection: RenderConnection;
  /** Null: this worker receives no notifications and polls. */
  readonly listener: Listener | null;
  readonly log: Logger;
  readonly outage: OutageLog;
  /** Null: nothing is traced. */
  readonly tracer: Tracer | null;
  readonly attempts: RunningAttempts;
  /** About how many hosts the farm has, as the last renewal said. */
  readonly farm: { hosts: number };
  readonly journal: Journal;
  /** The downloaded sources that this host keeps for later jobs; null: none. */
  readonly cache: HostCache | null;
  /** Whether this host can render. */
  readonly hostChecker: HostChecker;
  readonly checkTrees: Pick<CheckTrees, 'treeMarker' | 'endEarlier'>;
  /** Aborted when the daemon must end and may no longer wait for the database. */
  readonly shutdownDeadline: AbortController;
};

/** How long the deletion of an attempt's files may delay its report. The report names the rest. */
export const CLEAN_WITHIN_MS = 5000;
