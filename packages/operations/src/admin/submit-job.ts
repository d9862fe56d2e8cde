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
  /** As submitted, parsed from JSON. */
  readonly nexrenderJob: unknown;
  readonly limits?: JobLimits;
  /** Values of it that are secret beside those that the rules know. */
  readonly secretPaths?: readonly HiddenPlace['path'][] | undefined;
  /** A second submission with the same key queues nothing. */
  readonly idempotencyKey?: string | undefined;
  /** The highest priority that a submitter may ask for. */
  readonly submitPriorityMax?: number;
};
type Submitted = { readonly view: JobView };
type Queued = { readonly context: AdminContext; readonly id: string; readonly input: Submission };

/**
 * Queues a job behind every job of its priority, and stores its secrets apart. If the same user or
 * token submits the same job again with the same key, it returns the first job, as it is now.
 * Rejected with `keyReused` if the key belongs to a different submission, and with
 * `priorityTooHigh` where the actor may not ask for that priority.
 */
export async function submitJob(
  context: AdminContext,
  input: Submission,
): Promise<Result<Submitted>> {
  return await submitBy(context, input, (queued) => queueJobs(context, [queued]).then(onlyOne));
}

/**
 * Returns a submitJob for a program that has many submits at once. Jobs that are submitted while
 * others are on their way are queued together, in one transaction and in the order of the calls
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

/** Queues jobs together. A value that the database refuses fails its own job alone. */
async function queueEach(
  database: DatabaseContext,
  queued: readonly Queued[],
): Promise<readonly (JobView | Error)[]> {
  try {
    return await queueJobs(database, queued);
  } catch (error) {
    // Nothing was queued then. After any other error nobody knows.
    if (queued.length === 1 || !isRefusedValue(error)) throw error;
    const alone = queued.map((each) => queueJobs(database, [each]).then(onlyOne));
    return (await Promise.allSettled(alone)).map((end) =>
      end.status === 'fulfilled' ? end.value : toError(end.reason),
    );
  }
}

/** One statement, and so one transaction. */
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
  if (view === undefined) throw new Error('a submit gave no job');
  return view;
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

/** The tags of a job as a line of the audit log has them; a job without tags says nothing. */
export function tagsInAudit({ tags }: Pick<Job, 'tags'>): { readonly tags?: string } {
  return tags.length === 0 ? {} : { tags: tags.join(', ') };
}

/** Who owns the idempotency keys of this actor. */
export function principalOf(actor: Actor): string {
  return `${actor.kind} ${'id' in actor ? actor.id : actor.name}`;
}

/** Equal for equal submissions, whatever the order of their fields. */
export function fingerprint(submission: object): string {
  const sorted = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value;
  return createHash('sha256').update(JSON.stringify(submission, sorted)).digest('hex');
}
