import { createHash } from 'node:crypto';
import {
  type Actor,
  type JobLimits,
  type Json,
  MAX_ATTEMPTS,
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
  type JobView,
  notify,
  QUEUE_CHANNEL,
} from '@renderdeck/store';
import { type AdminContext, audit } from '../operation-context.ts';

export type Submission = {
  readonly name: string;
  readonly priority: number;
  /** As it came, parsed from JSON. */
  readonly nexrenderJob: unknown;
  readonly limits?: JobLimits;
};

/** Puts a job at its place in the queue: behind every job of its priority. Its secrets are kept apart from the first moment. */
export async function submitJob(context: AdminContext, submission: Submission): Promise<JobView> {
  return await inTransaction(context.db, (tx) =>
    queueJob(tx, context, context.newId(), submission),
  );
}

/**
 * The same, but once: what the same user or token submits again under the same key gives the first job, as it is now, and queues nothing, also
 * where both come at once. Refused where the key was another submission's.
 */
export async function submitJobOnce(
  context: AdminContext,
  submission: Submission,
  key: string,
): Promise<
  { readonly ok: true; readonly view: JobView } | { readonly ok: false; readonly jobId: string }
> {
  const { requestContext } = context;
  const jobId = context.newId();
  const mine = {
    principal: principalOf(requestContext.actor),
    key,
    fingerprint: fingerprint(submission),
    jobId,
  };
  return await inTransaction(context.db, async (tx) => {
    const kept = await findOrInsertSubmission(tx, mine);
    if (kept.jobId === jobId)
      return { ok: true, view: await queueJob(tx, context, jobId, submission) };
    if (kept.fingerprint !== mine.fingerprint) return { ok: false, jobId: kept.jobId };
    await audit(tx, requestContext, { action: 'submitJob', outcome: 'noop', jobId: kept.jobId });
    return { ok: true, view: await getLockedJobView(tx, kept.jobId) };
  });
}

async function queueJob(
  tx: Database,
  { requestContext }: AdminContext,
  id: string,
  submission: Submission,
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

/** The same for the same submission, in whatever order its fields came. */
function fingerprint(submission: Submission): string {
  const sorted = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value;
  return createHash('sha256').update(JSON.stringify(submission, sorted)).digest('hex');
}
