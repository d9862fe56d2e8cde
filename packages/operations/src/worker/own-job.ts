import {
  type AttemptRow,
  type ChangedJob,
  changeJob,
  type Database,
  findJobWithAttempts,
  type JobWithAttempts,
} from '@renderdeck/store';
import type { Outcome, Rejected } from '../operation-context.ts';
import { DONE, reject } from '../operation-context.ts';

export type Attempt = { readonly jobId: string; readonly attemptId: string };

/** A change that a rule decided: `after` and what is written with it. */
export type DecidedChange = Omit<ChangedJob, 'before'>;
type Decision = { readonly ok: true; readonly change: DecidedChange } | Rejected;

/** A job that its attempt holds. */
export type OwnJob = JobWithAttempts & { readonly attempt: AttemptRow };

/** Each lost race means that another change was saved, so the limit is not reached in practice. */
const MAX_TRIES = 100;

/**
 * Changes a job without a lock: reads it, decides, and saves the change in one statement, fenced by
 * the version that was read. After a lost race it reads and decides again. So a program that stops
 * at any moment holds no row, and nobody waits for it. Rejected where no job has the id.
 */
export async function changeWithoutLock(
  db: Database,
  jobId: string,
  decide: (found: JobWithAttempts) => Decision,
): Promise<Outcome> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await findJobWithAttempts(db, jobId);
    if (found === null) return reject({ code: 'unknownJob', id: jobId });
    const decision = decide(found);
    if (!decision.ok) return decision;
    if (await changeJob(db, { before: found.job, ...decision.change })) return DONE;
  }
  throw new Error(`job ${jobId} changed ${MAX_TRIES} times while it was changed`);
}

/**
 * The same for a job that this attempt holds. Rejected if the attempt has lost it: a late worker
 * loses.
 */
export async function changeOwnJob(
  db: Database,
  { jobId, attemptId }: Attempt,
  decide: (own: OwnJob) => Decision,
): Promise<Outcome> {
  const lost = reject({ code: 'lostAttempt', attemptId });
  const changed = await changeWithoutLock(db, jobId, (found) => {
    const attempt = found.attempts.find(({ id }) => id === attemptId);
    if (attempt === undefined || found.job.lease?.attemptId !== attemptId) return lost;
    return decide({ ...found, attempt });
  });
  return !changed.ok && changed.rejection.code === 'unknownJob' ? lost : changed;
}
