import { createHash } from 'node:crypto';
import {
  type Actor,
  accountOf,
  decideSubmitPriority,
  type HiddenPlace,
  type Job,
  type JobLimits,
  type JobView,
  type Json,
  MAX_ATTEMPTS,
  PRIORITY,
  splitSecrets,
  tagsOfNexrenderJob,
} from '@renderdeck/domain';
import {
  findOrInsertSubmission,
  getLockedJobView,
  insertJobs,
  inTransaction,
  isRefusedValue,
  type SubmittedJob,
} from '@renderdeck/store';
import { gather } from '../gather.ts';
import {
  type AdminContext,
  audit,
  auditedBy,
  type DatabaseContext,
  type Result,
  reject,
} from '../operation-context.ts';

export type Submission = {
  readonly name: string;
  readonly priority: number;
  /** The job as submitted, parsed from JSON. */
  readonly nexrenderJob: unknown;
  readonly limits?: JobLimits;
  /** Paths of values of the job that are secret in addition to those that the rules find. */
  readonly secretPaths?: readonly HiddenPlace['path'][] | undefined;
  /** A second submission with the same key queues nothing. */
  readonly idempotencyKey?: string | undefined;
  /** The highest priority that a submitter may ask for. */
  readonly submitPriorityMax?: number;
};
type Submitted = { readonly view: JobView };
type Queued = { readonly context: AdminContext; readonly id: string; readonly input: Submission };

/**
 * Queues a job behind all jobs of its priority, and stores its secrets separately. If the same user
 * or token submits the same job again with the same key, it returns the first job in its current
 * state. Rejected with `keyReused` if the key belongs to a different submission, and with
 * `priorityTooHigh` if the actor may not ask for that priority.
 */
export async function submitJob(
  context: AdminContext,
  input: Submission,
): Promise<Result<Submitted>> {
  return await submitBy(context, input, (queued) => queueJobs(context, [queued]).then(onlyOne));
}

/**
 * Returns a submitJob for a program with many submissions at once. Jobs that are submitted while
 * others are being queued are queued together, in one transaction and in the order of the calls
 * (gather.ts). Each has its own job, audit line and answer, as if it had come alone.
 */
export function createSubmitter(database: DatabaseContext): typeof submitJob {
  const queue = gather((queued: readonly Queued[]) => queueEach(database, queued));
  return (context, input) => submitBy(context, input, queue);
}

async function submitBy(
  context: AdminContext,
  input: Submission,
  queue: (queued: Queued) => Promise<JobView>,
): Promise<Result<Submitted>> {
  const { requestContext } = context;
  const { idempotencyKey: key, submitPriorityMax = PRIORITY.default, ...submission } = input;
  const { actor } = requestContext;
  const allowed = decideSubmitPriority(actor, submission.priority, submitPriorityMax);
  if (!allowed.ok) return reject(allowed.rejection);
  const jobId = context.newId();
  const queued = { context, id: jobId, input };
  if (key === undefined) return { ok: true, view: await queue(queued) };
  return await inTransaction(context.db, async (tx): Promise<Result<Submitted>> => {
    const own = {
      principal: principalOf(actor),
      key,
      fingerprint: fingerprint(submission),
      jobId,
    };
    const stored = await findOrInsertSubmission(tx, own);
    if (stored.jobId === jobId)
      return { ok: true, view: onlyOne(await insertJobs(tx, [toSubmittedJob(queued)])) };
    if (stored.fingerprint !== own.fingerprint)
      return reject({ code: 'keyReused', jobId: stored.jobId });
    await audit(tx, requestContext, { action: 'submitJob', outcome: 'noop', jobId: stored.jobId });
    return { ok: true, view: await getLockedJobView(tx, stored.jobId) };
  });
}

/** Queues jobs together. If the database refuses a value, only the job with that value fails. */
async function queueEach(
  database: DatabaseContext,
  queued: readonly Queued[],
): Promise<readonly (JobView | Error)[]> {
  try {
    return await queueJobs(database, queued);
  } catch (error) {
    // After a refused value nothing was queued. After any other error that is not known.
    if (queued.length === 1 || !isRefusedValue(error)) throw error;
    const alone = queued.map((each) => queueJobs(database, [each]).then(onlyOne));
    return (await Promise.allSettled(alone)).map((end) =>
      end.status === 'fulfilled' ? end.value : toError(end.reason),
    );
  }
}

/** Queues the jobs in one statement, and so in one transaction. */
function queueJobs({ db }: DatabaseContext, queued: readonly Queued[]) {
  return insertJobs(db, queued.map(toSubmittedJob));
}

function toSubmittedJob({ context, id, input }: Queued): SubmittedJob {
  const { name, priority, limits = {}, secretPaths } = input;
  const nexrenderJob: Json = JSON.parse(JSON.stringify(input.nexrenderJob));
  const { shown, secrets, hidden } = splitSecrets(nexrenderJob, secretPaths);
  const tags = tagsOfNexrenderJob(nexrenderJob);
  return {
    job: {
      ...{ id, name, priority, tags, limits, secrets, hidden },
      maxAttempts: MAX_ATTEMPTS,
      submittedBy: context.requestContext.actor.name,
      submitter: accountOf(context.requestContext.actor),
      nexrenderJob: shown,
    },
    by: auditedBy(context.requestContext),
    entry: {
      action: 'submitJob',
      outcome: 'done',
      after: { name, priority, ...tagsInAudit({ tags }) },
    },
  };
}

function onlyOne(views: readonly JobView[]): JobView {
  const [view] = views;
  if (view === undefined) throw new Error('the submission returned no job');
  return view;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** The tags of a job in its audit line. A job without tags has no such field. */
export function tagsInAudit({ tags }: Pick<Job, 'tags'>): { readonly tags?: string } {
  return tags.length === 0 ? {} : { tags: tags.join(', ') };
}

/** The owner of the idempotency keys of this actor. */
export function principalOf(actor: Actor): string {
  return `${actor.kind} ${'id' in actor ? actor.id : actor.name}`;
}

/** A text that is the same for equal submissions, in any order of their fields. */
export function fingerprint(submission: object): string {
  const sorted = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value;
  return createHash('sha256').update(JSON.stringify(submission, sorted)).digest('hex');
}
