import type { Database } from '@renderdeck/store/connect';
import type { ApiConfig } from '../config.ts';
import { startEstimates } from './estimates.ts';
import { startMeasuring } from './measuring.ts';
import { startPruning } from './pruning.ts';
import { startQueueCounts } from './queue-counts.ts';
import { startRecovery } from './recovery.ts';
import { startRetention } from './retention.ts';

export type Kept = Partial<
  Pick<ApiConfig, 'keepChangesMs' | 'keepSecretsMs' | 'keepJobsMs' | 'keepLogsMs'>
>;

/** Starts what an API does without being asked, audit seals apart. Returns the stop functions. */
export function startBackground(
  db: Database,
  { keepChangesMs = 0, keepSecretsMs = 0, keepJobsMs = 0, keepLogsMs = 0 }: Kept,
  logFailure: (what: string) => (error: unknown) => void,
): (() => void)[] {
  return [
    startRecovery(db, logFailure),
    startEstimates(db, logFailure),
    startMeasuring(db, logFailure),
    startQueueCounts(db, logFailure),
    startPruning(db, { changesMs: keepChangesMs, secretsMs: keepSecretsMs }, logFailure),
    startRetention(db, { jobsMs: keepJobsMs, logsMs: keepLogsMs }, logFailure),
  ];
}
