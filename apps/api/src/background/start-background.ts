import { setTimeout as delay } from 'node:timers/promises';
import {
  createLeaseRecoverer,
  deleteEndedSecrets,
  deleteOldJobs,
  deleteOldLogs,
  estimateEnds,
  keepQueueCounts,
  measureNewAttempts,
  pruneOldChanges,
  repairQueueCounts,
  settleAwaitingJobs,
} from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';
import type { ApiConfig } from '../config.ts';

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

const RECOVER_EVERY_MS = 2000;

/**
 * Recovers jobs whose lease ran out, and settles cancels that waited for a host, every two seconds.
 * Returns the stop function.
 */
function startRecovery(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const recoverer = createLeaseRecoverer(
    { db },
    { actor: 'renderdeck', everyMs: RECOVER_EVERY_MS },
  );
  const look = coalesce(async () => {
    await recoverer.look();
    await settleAwaitingJobs({ db }, { actor: 'renderdeck' });
  }, logFailure('recovery failed'));
  const timer = setInterval(look, RECOVER_EVERY_MS);
  return () => clearInterval(timer);
}

const ESTIMATE_EVERY_MS = 2000;

/** Estimates when the running renders will end, every two seconds. Returns the stop function. */
function startEstimates(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const estimate = coalesce(async () => {
    await estimateEnds({ db });
  }, logFailure('ends of renders were not estimated'));
  const timer = setInterval(estimate, ESTIMATE_EVERY_MS);
  return () => clearInterval(timer);
}

const MEASURE_EVERY_MS = 10_000;

/** Adds what attempts have become to the measures, every ten seconds. Returns the stop function. */
function startMeasuring(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  let isStopped = false;
  const measure = coalesce(async () => {
    await measureNewAttempts({ db }, { mayGoOn: () => !isStopped });
  }, logFailure('attempts were not measured'));
  const timer = setInterval(measure, MEASURE_EVERY_MS);
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

const PRUNE_EVERY_MS = 3_600_000;

/** How long each kind of row is kept, in milliseconds; 0: for ever. */
type Keeping = { readonly changesMs: number; readonly secretsMs: number };
type Prune = (context: { db: Database }, input: { olderThanMs: number }) => Promise<unknown>;

/**
 * Deletes what is older, now and every hour: job changes, and the secrets of jobs that have ended.
 * Returns the stop function.
 */
function startPruning(
  db: Database,
  { changesMs, secretsMs }: Keeping,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const prune = async (what: string, olderThanMs: number, run: Prune) => {
    if (olderThanMs > 0) await run({ db }, { olderThanMs }).catch(logFailure(what));
  };
  const pruneAll = () => {
    void prune('old changes were not pruned', changesMs, pruneOldChanges);
    void prune('secrets of ended jobs were not deleted', secretsMs, deleteEndedSecrets);
  };
  pruneAll();
  const timer = setInterval(pruneAll, PRUNE_EVERY_MS);
  return () => clearInterval(timer);
}

const DELETE_EVERY_MS = 3_600_000;
/** It works a fifth of the time, so the slower the database answers, the longer it rests. */
const RESTS_BETWEEN_DELETIONS = 4;
const LEAST_REST_MS = 50;

/** How long ended jobs and their logs are kept, in milliseconds; 0: for ever. */
type Retention = { readonly jobsMs: number; readonly logsMs: number };

/** Deletes what is older, now and every hour. Returns the stop function. */
function startRetention(
  db: Database,
  { jobsMs, logsMs }: Retention,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const stopped = new AbortController();
  const rest = (tookMs: number) =>
    delay(Math.max(LEAST_REST_MS, RESTS_BETWEEN_DELETIONS * tookMs), true, {
      signal: stopped.signal,
    }).catch(() => false);
  const run = coalesce(async () => {
    if (logsMs > 0) await deleteOldLogs({ db }, { olderThanMs: logsMs, rest });
    if (jobsMs > 0) await deleteOldJobs({ db }, { olderThanMs: jobsMs, rest });
  }, logFailure('old jobs were not deleted'));
  run();
  const timer = setInterval(run, DELETE_EVERY_MS);
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}

/** While the queue changes; a quiet queue is looked at less and less often. */
const LEAST_KEEP_MS = 100;
const MOST_KEEP_MS = 2000;
/** Half a second's work at a million waiting jobs. */
const CHECK_COUNTS_EVERY_MS = 600_000;

/**
 * Keeps the counts of the queue, from which positions come, and compares them with the jobs now and
 * every ten minutes. Returns the stop function.
 */
function startQueueCounts(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const stopped = new AbortController();
  const { signal } = stopped;
  const keep = async () => {
    let restMs = LEAST_KEEP_MS;
    while (!signal.aborted) {
      const changes = await keepQueueCounts({ db }).catch((error: unknown) => {
        logFailure('the counts of the queue were not kept')(error);
        restMs = MOST_KEEP_MS;
        return 0;
      });
      restMs = changes > 0 ? LEAST_KEEP_MS : Math.min(2 * restMs, MOST_KEEP_MS);
      await delay(restMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const check = coalesce(async () => {
    const faults = await repairQueueCounts({ db });
    if (faults > 0) logFailure('the counts of the queue were made anew')(foundFaults(faults));
  }, logFailure('the counts of the queue were not checked'));
  void keep();
  check();
  const timer = setInterval(check, CHECK_COUNTS_EVERY_MS);
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}

function foundFaults(faults: number): Error {
  return new Error(
    `Positions were wrong: ${faults} blocks of the queue held other jobs than were counted. ` +
      'Somebody wrote to the table of jobs by hand. Positions are right again.',
  );
}
