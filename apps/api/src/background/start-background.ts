import { setTimeout as delay } from 'node:timers/promises';
import {
  createLeaseRecoverer,
  endLeftSessions,
  keepQueueCounts,
  repairQueueCounts,
  settleAwaitingJobs,
} from '@renderdeck/operations';
import {
  createForecaster,
  deleteEndedSecrets,
  deleteOldJobs,
  deleteOldLogs,
  estimateEnds,
  measureNewAttempts,
  pruneOldChanges,
  sampleNow,
} from '@renderdeck/operations/extras';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';
import type { ApiConfig } from '../config.ts';

export type Kept = Partial<
  Pick<ApiConfig, 'keepChangesMs' | 'keepSecretsMs' | 'keepJobsMs' | 'keepLogsMs'>
>;

/**
 * Starts all background work of the API except the sealing of audit lines. Returns the functions
 * that stop it.
 */
export function startBackground(
  db: Database,
  { keepChangesMs = 0, keepSecretsMs = 0, keepJobsMs = 0, keepLogsMs = 0 }: Kept,
  logFailure: (what: string) => (error: unknown) => void,
): (() => void)[] {
  return [
    startRecovery(db, logFailure),
    startEndingSessions(db, logFailure),
    startEstimates(db, logFailure),
    startMeasuring(db, logFailure),
    startQueueCounts(db, logFailure),
    startPruning(db, { changesMs: keepChangesMs, secretsMs: keepSecretsMs }, logFailure),
    startRetention(db, { jobsMs: keepJobsMs, logsMs: keepLogsMs }, logFailure),
  ];
}

const RECOVER_EVERY_MS = 2000;

/**
 * Every two seconds, recovers jobs whose lease ran out and settles cancels that wait for a host.
 * Returns the function that stops this.
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

const END_SESSIONS_EVERY_MS = 2000;
const WHY_ENDED = {
  ended: 'the login has ended.',
  transaction: 'its transaction lasted for longer than any of a worker.',
  locks: 'the login held more locks than a worker needs, and other programs need them.',
} as const;

/**
 * Every two seconds, ends the sessions that a host's login may not keep. Returns the stop function.
 */
function startEndingSessions(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const look = coalesce(async () => {
    for (const { login, reason } of await endLeftSessions({ db }))
      logFailure('a session was ended')(new Error(`A session of ${login}: ${WHY_ENDED[reason]}`));
  }, logFailure('sessions of ended logins were not ended'));
  const timer = setInterval(look, END_SESSIONS_EVERY_MS);
  return () => clearInterval(timer);
}

const ESTIMATE_EVERY_MS = 2000;

/**
 * Every two seconds, estimates when the running renders will end, and then forecasts when the
 * waiting ones will start. Returns the stop function.
 */
function startEstimates(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const forecaster = createForecaster();
  const estimate = coalesce(async () => {
    await estimateEnds({ db });
    await forecaster.forecast({ db });
  }, logFailure('starts and ends of renders were not estimated'));
  const timer = setInterval(estimate, ESTIMATE_EVERY_MS);
  return () => clearInterval(timer);
}

const MEASURE_EVERY_MS = 10_000;

/**
 * Every ten seconds, adds what happened to attempts to the measures, and samples the farm if this
 * minute has no sample yet. Returns the stop function.
 */
function startMeasuring(
  db: Database,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  let isStopped = false;
  const measure = coalesce(async () => {
    await measureNewAttempts({ db }, { mayGoOn: () => !isStopped });
  }, logFailure('attempts were not measured'));
  const sample = coalesce(async () => {
    await sampleNow({ db });
  }, logFailure('the queue was not sampled'));
  const timer = setInterval(() => {
    measure();
    sample();
  }, MEASURE_EVERY_MS);
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}

const PRUNE_EVERY_MS = 3_600_000;

/** How long each kind of row is kept, in milliseconds. 0 means for ever. */
type Keeping = { readonly changesMs: number; readonly secretsMs: number };
type Prune = (context: { db: Database }, input: { olderThanMs: number }) => Promise<unknown>;

/**
 * Now and every hour, deletes old job changes and the secrets of jobs that ended long ago. Returns
 * the function that stops this.
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
/**
 * The deletion works a fifth of the time. A slow database makes each step longer, and so the rest.
 */
const RESTS_BETWEEN_DELETIONS = 4;
const LEAST_REST_MS = 50;

/** How long ended jobs and their logs are kept, in milliseconds. 0 means for ever. */
type Retention = { readonly jobsMs: number; readonly logsMs: number };

/** Now and every hour, deletes old jobs and old logs. Returns the function that stops this. */
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

/**
 * The pause between two reads while the queue changes. In a quiet queue the pause doubles each
 * time, up to MOST_KEEP_MS.
 */
const LEAST_KEEP_MS = 100;
const MOST_KEEP_MS = 2000;
/** With a million waiting jobs, one check takes half a second. */
const CHECK_COUNTS_EVERY_MS = 600_000;

/**
 * Keeps the counts of the queue, from which positions are calculated. Now and every ten minutes,
 * compares them with the jobs. Returns the function that stops this.
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
    if (faults > 0) logFailure('the counts of the queue were made again')(foundFaults(faults));
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
    `Positions were wrong: the counts of ${faults} blocks of the queue did not match the jobs. ` +
      'Somebody changed the table of jobs by hand. The counts are correct again.',
  );
}
