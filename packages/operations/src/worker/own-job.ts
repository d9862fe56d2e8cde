import type { EndingAttempt, Job } from '@renderdeck/domain';
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
import {
  type HeldJob,
  type NextClaim,
  NOTHING_OUT,
  newClaim,
  type OwnedJob,
  ownedJob,
  type PutOut,
} from './new-claim.ts';

export type Attempt = {
  readonly jobId: string;
  readonly attemptId: string;
  /** The job as its worker knows it; not set if the worker does not know it. */
  readonly held?: HeldJob;
};

/** A change that a rule decided: the job `after` it, and what is written together with it. */
export type DecidedChange = Omit<ChangedJob, 'before' | 'incarnation'>;
export type Decision = { readonly ok: true; readonly change: DecidedChange } | Rejected;
/** Saves a change. Null if the job has changed since it was read. */
type Save<Facts> = (
  changed: ChangedJob & { readonly incarnation: string },
) => Promise<Done<Facts> | null>;

/** A job that its attempt holds. */
export type OwnJob = JobWithAttempts & { readonly attempt: AttemptRow & EndingAttempt };
/** The part of an own job that the end of its attempt needs. */
export type EndingJob = Pick<OwnJob, 'job'> & { readonly attempt: EndingAttempt };
/** The job as it is now, if no other program has changed it. */
export type Held = { readonly held: HeldJob };
export type Ended = {
  /**
   * The job that was claimed together with the end; null if none was claimed or none was wanted.
   */
  readonly next: OwnedJob | null;
};

/** Each lost race means that another change was saved, so this limit is not reached in practice. */
const MAX_TRIES = 100;

/**
 * Changes a job without a lock: reads it, decides, and saves the change in one statement, fenced by
 * the version and the incarnation of the database that were read. After a lost race it reads and
 * decides again. So a program that stops at any moment holds no row, and nobody waits for it.
 * Rejected if no job has the id.
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
 * Changes a job that this attempt holds, as changeWithoutLock does. Rejected if the attempt has
 * lost the job: a late worker loses.
 */
export async function changeOwnJob(
  db: Database,
  attempt: Attempt,
  decide: (own: OwnJob) => Decision,
): Promise<Result<Held>> {
  let out = NOTHING_OUT;
  const decideOutput = (own: OwnJob) => {
    const decision = decide(own);
    if (decision.ok) out = putOutAfter(own.attempt, decision.change);
    return decision;
  };
  return await changeOwnAndSave(db, attempt, decideOutput, async (changed) =>
    (await changeJob(db, changed))
      ? { ok: true, held: { job: changed.after, incarnation: changed.incarnation, out } }
      : null,
  );
}

/** What an attempt has put out after a change. */
export function putOutAfter(before: PutOut, { attempt }: DecidedChange): PutOut {
  const after = attempt?.change;
  return {
    output: after?.output ?? before.output,
    publications: after?.publications ?? before.publications,
    allPublished: after?.allPublished ?? before.allPublished,
    others: before.others,
  };
}

/**
 * Saves the end of an attempt, as changeOwnJob does. With `next`, the same statement claims the
 * next job. It first uses the job as the worker knows it, without a read. If the job has changed
 * since, it reads the job, and the rules decide again.
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

/** Null if another attempt holds the job, or if its other attempts must be read. */
function endingJob(id: string, { job, out }: HeldJob): EndingJob | null {
  const { others } = out;
  if (job.lease?.attemptId !== id || others === null) return null;
  return { job, attempt: { id, number: job.attempts, host: job.lease.host, ...out, others } };
}

/** An attempt with the job's other attempts. */
export function endingOf(
  { attempts, others }: JobWithAttempts,
  attempt: AttemptRow,
): AttemptRow & EndingAttempt {
  const rest = [...attempts, ...others].filter(({ id }) => id !== attempt.id);
  return { ...attempt, others: rest };
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
    return decide({ ...found, attempt: endingOf(found, attempt) });
  };
  const changed = await changeAndSave(db, jobId, decideOwn, save);
  return !changed.ok && changed.rejection.code === 'unknownJob' ? lost : changed;
}
