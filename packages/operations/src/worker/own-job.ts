import type { Job, Output } from '@renderdeck/domain';
import {
  type AttemptRow,
  type ChangedJob,
  changeJob,
  changeJobAndClaim,
  type Database,
  findJobWithAttempts,
  type JobWithAttempts,
} from '@renderdeck/store';
import type { Done, Rejected, Result, WorkerContext } from '../operation-context.ts';
import { reject } from '../operation-context.ts';
import { type HeldJob, type NextClaim, newClaim, type OwnedJob, ownedJob } from './new-claim.ts';

export type Attempt = {
  readonly jobId: string;
  readonly attemptId: string;
  /** What its worker knows of the job; left out where it knows nothing. */
  readonly held?: HeldJob;
};

/** A change that a rule decided: `after` and what is written with it. */
export type DecidedChange = Omit<ChangedJob, 'before' | 'incarnation'>;
export type Decision = { readonly ok: true; readonly change: DecidedChange } | Rejected;
/** Saves a change. Null where the job has changed since it was read. */
type Save<Facts> = (
  changed: ChangedJob & { readonly incarnation: string },
) => Promise<Done<Facts> | null>;

/** A job that its attempt holds. */
export type OwnJob = JobWithAttempts & { readonly attempt: AttemptRow };
/** The same for the end of the attempt. */
export type EndingJob = Pick<OwnJob, 'job'> & {
  readonly attempt: Pick<AttemptRow, 'id' | 'number' | 'host' | 'output'>;
};
/** The job as it is now, where it was not changed by anybody else. */
export type Held = { readonly held: HeldJob };
export type Ended = {
  /** The job that was claimed with the end; null where none was, or none was asked for. */
  readonly next: OwnedJob | null;
};

/** Each lost race means that another change was saved, so the limit is not reached in practice. */
const MAX_TRIES = 100;

/**
 * Changes a job without a lock: reads it, decides, and saves the change in one statement, fenced by
 * the version and the incarnation of the database that were read. After a lost race it reads and
 * decides again. So a program that stops at any moment holds no row, and nobody waits for it.
 * Rejected where no job has the id.
 */
export async function changeWithoutLock(
  db: Database,
  jobId: string,
  decide: (found: JobWithAttempts) => Decision,
): Promise<Result<{ readonly job: Job; readonly incarnation: string }>> {
  return await changeAndSave(db, jobId, decide, async (changed) =>
    (await changeJob(db, changed))
      ? { ok: true, job: changed.after, incarnation: changed.incarnation }
      : null,
  );
}

async function changeAndSave<Facts>(
  db: Database,
  jobId: string,
  decide: (found: JobWithAttempts) => Decision,
  save: Save<Facts>,
): Promise<Result<Facts>> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await findJobWithAttempts(db, jobId);
    if (found === null) return reject({ code: 'unknownJob', id: jobId });
    const decision = decide(found);
    if (!decision.ok) return decision;
    const { job: before, incarnation } = found;
    const saved = await save({ before, incarnation, ...decision.change });
    if (saved !== null) return saved;
  }
  throw new Error(`job ${jobId} changed ${MAX_TRIES} times while it was changed`);
}

/**
 * The same for a job that this attempt holds. Rejected if the attempt has lost it: a late worker
 * loses.
 */
export async function changeOwnJob(
  db: Database,
  attempt: Attempt,
  decide: (own: OwnJob) => Decision,
): Promise<Result<Held>> {
  let output: Output = 'none';
  const decideOutput = (own: OwnJob) => {
    const decision = decide(own);
    if (decision.ok) output = decision.change.attempt?.change.output ?? own.attempt.output;
    return decision;
  };
  return await changeOwnAndSave(db, attempt, decideOutput, async (changed) =>
    (await changeJob(db, changed))
      ? { ok: true, held: { job: changed.after, incarnation: changed.incarnation, output } }
      : null,
  );
}

/**
 * The same for the end of an attempt, and claims the next job in the same statement where `next`
 * is given. What the worker knows of the job is tried first, without a read. Where the job has
 * changed since, it is read, and the rules decide anew.
 */
export async function endOwnJob(
  context: WorkerContext,
  attempt: Attempt,
  decide: (own: EndingJob) => Decision,
  next: NextClaim | null = null,
): Promise<Result<Ended>> {
  const { db } = context;
  const save: Save<Ended> = async (changed) => {
    if (next === null) return (await changeJob(db, changed)) ? { ok: true, next: null } : null;
    const claim = newClaim(context, next);
    const saved = await changeJobAndClaim(db, changed, claim);
    if (saved === null) return null;
    return { ok: true, next: saved.claimed && ownedJob(saved.claimed, claim) };
  };
  const { attemptId, held } = attempt;
  const known = held === undefined ? null : endingJob(attemptId, held);
  if (held !== undefined && known !== null) {
    const { job: before, incarnation } = held;
    const decision = decide(known);
    const saved = decision.ok ? await save({ before, incarnation, ...decision.change }) : null;
    if (saved !== null) return saved;
  }
  return await changeOwnAndSave(db, attempt, decide, save);
}

/** Null where another attempt holds the job. */
function endingJob(id: string, { job, output }: HeldJob): EndingJob | null {
  if (job.lease?.attemptId !== id) return null;
  return { job, attempt: { id, number: job.attempts, host: job.lease.host, output } };
}

async function changeOwnAndSave<Facts>(
  db: Database,
  { jobId, attemptId }: Attempt,
  decide: (own: OwnJob) => Decision,
  save: Save<Facts>,
): Promise<Result<Facts>> {
  const lost = reject({ code: 'lostAttempt', attemptId });
  const decideOwn = (found: JobWithAttempts) => {
    const attempt = found.attempts.find(({ id }) => id === attemptId);
    if (attempt === undefined || found.job.lease?.attemptId !== attemptId) return lost;
    return decide({ ...found, attempt });
  };
  const changed = await changeAndSave(db, jobId, decideOwn, save);
  return !changed.ok && changed.rejection.code === 'unknownJob' ? lost : changed;
}
