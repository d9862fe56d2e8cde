import { createHash } from 'node:crypto';
import {
  type Actor,
  decideSubmitPriority,
  type JobLimits,
  type JobView,
  type Json,
  MAX_ATTEMPTS,
  PRIORITY,
  splitSecrets,
} from '@renderdeck/domain';
import {
  type Database,
  findOrInsertSubmission,
  getLockedJobView,
  insertJob,
  insertJobChange,
  inTransaction,
  JOBS_CHANNEL,
  notify,
  QUEUE_CHANNEL,
} from '@renderdeck/store';
import { type AdminContext, audit, type Outcome, reject } from '../operation-context.ts';

export type Submission = {
  readonly name: string;
  readonly priority: number;
  /** As submitted, parsed from JSON. */
  readonly nexrenderJob: unknown;
  readonly limits?: JobLimits;
  /** A second submission with the same key queues nothing. */
  readonly idempotencyKey?: string | undefined;
  /** The highest priority that a submitter may ask for. */
  readonly submitPriorityMax?: number;
};
type KeylessSubmission = Omit<Submission, 'idempotencyKey' | 'submitPriorityMax'>;

/**
 * Queues a job behind every job of its priority, and stores its secrets apart. If the same user or
 * token submits the same job again with the same key, it returns the first job, as it is now.
 * Rejected with `keyReused` if the key belongs to a different submission, and with
 * `priorityTooHigh` where the actor may not ask for that priority.
 */
export async function submitJob(
  context: AdminContext,
  input: Submission,
): Promise<Outcome<{ readonly view: JobView }>> {
  const { requestContext } = context;
  const { idempotencyKey: key, submitPriorityMax = PRIORITY.default, ...submission } = input;
  const { actor } = requestContext;
  const allowed = decideSubmitPriority(actor, submission.priority, submitPriorityMax);
  if (!allowed.ok) return reject(allowed.rejection);
  const jobId = context.newId();
  return await inTransaction(context.db, async (tx): Promise<Outcome<{ view: JobView }>> => {
    if (key === undefined)
      return { ok: true, view: await queueJob(tx, context, jobId, submission) };
    const own = {
      principal: principalOf(actor),
      key,
      fingerprint: fingerprint(submission),
      jobId,
    };
    const stored = await findOrInsertSubmission(tx, own);
    if (stored.jobId === jobId)
      return { ok: true, view: await queueJob(tx, context, jobId, submission) };
    if (stored.fingerprint !== own.fingerprint)
      return reject({ code: 'keyReused', jobId: stored.jobId });
    await audit(tx, requestContext, { action: 'submitJob', outcome: 'noop', jobId: stored.jobId });
    return { ok: true, view: await getLockedJobView(tx, stored.jobId) };
  });
}

async function queueJob(
  tx: Database,
  { requestContext }: AdminContext,
  id: string,
  submission: KeylessSubmission,
): Promise<JobView> {
  const nexrenderJob: Json = JSON.parse(JSON.stringify(submission.nexrenderJob));
  const { shown, secrets } = splitSecrets(nexrenderJob);
  const { job, queueKey } = await insertJob(tx, {
    id,
    name: submission.name,
    priority: submission.priority,
    maxAttempts: MAX_ATTEMPTS,
    submittedBy: requestContext.actor.name,
    nexrenderJob: shown,
    secrets,
    limits: submission.limits ?? {},
  });
  await insertJobChange(tx, {
    jobId: id,
    version: job.version,
    event: 'submit',
    statusAfter: job.status,
    actor: requestContext.actor.name,
    queueKeyAfter: queueKey,
  });
  await audit(tx, requestContext, {
    action: 'submitJob',
    outcome: 'done',
    jobId: id,
    after: { name: job.name, priority: job.priority },
  });
  await notify(tx, JOBS_CHANNEL);
  await notify(tx, QUEUE_CHANNEL);
  return await getLockedJobView(tx, id);
}

function principalOf(actor: Actor): string {
  return `${actor.kind} ${'id' in actor ? actor.id : actor.name}`;
}

/** Equal for equal submissions, whatever the order of their fields. */
function fingerprint(submission: KeylessSubmission): string {
  const sorted = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value;
  return createHash('sha256').update(JSON.stringify(submission, sorted)).digest('hex');
}
