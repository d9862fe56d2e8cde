import { type JobLimits, type Json, MAX_ATTEMPTS, splitSecrets } from '@renderdeck/domain';
import {
  insertJob,
  insertJobChange,
  inTransaction,
  JOBS_CHANNEL,
  type JobView,
  notify,
  QUEUE_CHANNEL,
  viewHeldJob,
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
  const { asker } = context;
  const nexrenderJob: Json = JSON.parse(JSON.stringify(submission.nexrenderJob));
  const { shown, secrets } = splitSecrets(nexrenderJob);
  return await inTransaction(context.db, async (tx) => {
    const { job, queueKey } = await insertJob(tx, {
      id: context.newId(),
      name: submission.name,
      priority: submission.priority,
      maxAttempts: MAX_ATTEMPTS,
      submittedBy: asker.actor.name,
      nexrenderJob: shown,
      secrets,
      limits: submission.limits ?? {},
    });
    await insertJobChange(tx, {
      jobId: job.id,
      version: job.version,
      event: 'submit',
      statusAfter: job.status,
      actor: asker.actor.name,
      qTo: queueKey,
    });
    await audit(tx, asker, { action: 'submitJob', outcome: 'done', jobId: job.id, after: { name: job.name, priority: job.priority } });
    await notify(tx, JOBS_CHANNEL);
    await notify(tx, QUEUE_CHANNEL);
    return await viewHeldJob(tx, job.id);
  });
}
