import { setTimeout as delay } from 'node:timers/promises';
import { deleteOldJobs, deleteOldLogs } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';

const EVERY_MS = 3_600_000;
/** It works a fifth of the time, so the slower the database answers, the longer it rests. */
const RESTS = 4;
const LEAST_REST_MS = 50;

/** How long ended jobs and their logs are kept, in milliseconds; 0: for ever. */
export type Retention = { readonly jobsMs: number; readonly logsMs: number };

/** Deletes what is older, now and every hour. Returns the stop function. */
export function startRetention(
  db: Database,
  { jobsMs, logsMs }: Retention,
  logFailure: (what: string) => (error: unknown) => void,
): () => void {
  const stopped = new AbortController();
  const rest = (tookMs: number) =>
    delay(Math.max(LEAST_REST_MS, RESTS * tookMs), true, { signal: stopped.signal }).catch(
      () => false,
    );
  const run = coalesce(async () => {
    if (logsMs > 0) await deleteOldLogs({ db }, { olderThanMs: logsMs, rest });
    if (jobsMs > 0) await deleteOldJobs({ db }, { olderThanMs: jobsMs, rest });
  }, logFailure('old jobs were not deleted'));
  run();
  const timer = setInterval(run, EVERY_MS);
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}
