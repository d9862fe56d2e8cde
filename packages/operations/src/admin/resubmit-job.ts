import {
  accountOf,
  decideResubmit,
  type Job,
  type JobView,
  MAX_ATTEMPTS,
} from '@renderdeck/domain';
import {
  type Database,
  findJobOfUid,
  findOrInsertSubmission,
  findSubmitter,
  getLockedJobView,
  insertJobChange,
  insertRerun,
  inTransaction,
  lockJob,
  lockOrder,
  notifyWaits,
  takeUids,
} from '@renderdeck/store';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { MOST_WAIT_MS } from './lock-jobs.ts';
import { fingerprint, principalOf, tagsInAudit } from './submit-job.ts';

export type Resubmission = {
  readonly id: string;
  /**
   * Unset: the priority of the old job, or the highest that the actor may ask for if that is lower.
   */
  readonly priority?: number | undefined;
  readonly name?: string | undefined;
  /** A second call with the same key queues nothing. */
  readonly idempotencyKey?: string | undefined;
  /** The new job takes over the uids of the old job. A second call queues nothing. */
  readonly takeUid?: boolean | undefined;
  /** The highest priority that a submitter may ask for. */
  readonly submitPriorityMax?: number | undefined;
};

/**
 * Queues the order of an old job as a new job, with its limits and secrets. This process never
 * reads the secrets. A second call with the same key, or with `takeUid`, returns the first new job,
 * in its current state. Rejected if the old job is unknown, if the actor may not run it, if the
 * priority is too high, or if the secrets of the job are deleted.
 */
export async function resubmitJob(
  context: AdminContext,
  input: Resubmission,
  mostWaitMs = MOST_WAIT_MS,
): Promise<Result<{ readonly view: JobView }>> {
  const { requestContext } = context;
  const { actor } = requestContext;
  const { id, priority = null, name, idempotencyKey: key, takeUid = false } = input;
  const jobId = context.newId();
  const work = async (tx: Database): Promise<Result<{ view: JobView }>> => {
    const locked = await lockJob(tx, id);
    if (locked === null) return reject({ code: 'unknownJob', id });
    const { job: source } = locked;
    const submitter = await findSubmitter(tx, id);
    const { secretsDeletedAt } = await lockOrder(tx, id);
    const order = { job: source, submitter, secretsDeletedAt };
    const decision = decideResubmit(actor, order, priority, input.submitPriorityMax);
    if (!decision.ok) return decision;
    const known = async (newId: string): Promise<Result<{ view: JobView }>> => {
      await audit(tx, requestContext, { action: 'resubmitJob', outcome: 'noop', jobId: newId });
      return { ok: true, view: await getLockedJobView(tx, newId) };
    };
    const taken = takeUid ? await findJobOfUid(tx, id) : null;
    if (taken !== null) return await known(taken);
    if (key !== undefined) {
      const asked = fingerprint({ resubmit: id, priority, name: name ?? null });
      const own = { principal: principalOf(actor), key, fingerprint: asked, jobId };
      const stored = await findOrInsertSubmission(tx, own);
      if (stored.fingerprint !== asked) return reject({ code: 'keyReused', jobId: stored.jobId });
      if (stored.jobId !== jobId) return await known(stored.jobId);
    }
    const again = { id: jobId, name: name ?? source.name, priority: decision.priority };
    await queueAgain(tx, context, source, again);
    if (takeUid) await takeUids(tx, { from: id, to: jobId });
    return { ok: true, view: await getLockedJobView(tx, jobId) };
  };
  return await inTransaction(context.db, work, { mostWaitMs });
}

async function queueAgain(
  tx: Database,
  { requestContext }: AdminContext,
  source: Job,
  again: { readonly id: string; readonly name: string; readonly priority: number },
): Promise<void> {
  const actor = requestContext.actor.name;
  const { job, queueKey } = await insertRerun(tx, {
    ...again,
    rerunOf: source.id,
    template: source.template,
    tags: source.tags,
    maxAttempts: MAX_ATTEMPTS,
    submittedBy: actor,
    submitter: accountOf(requestContext.actor),
  });
  await insertJobChange(tx, {
    jobId: job.id,
    version: job.version,
    event: 'submit',
    statusAfter: job.status,
    actor,
    facts: { rerunOf: source.id },
    queueKeyAfter: queueKey,
  });
  // The old job gets a new version too, so that clients that follow it learn of the new job.
  const linked = { ...source, version: source.version + 1 };
  await saveChange(tx, source, linked, { event: 'resubmit', actor, facts: { rerunBy: job.id } });
  await audit(tx, requestContext, {
    action: 'resubmitJob',
    outcome: 'done',
    jobId: job.id,
    after: {
      name: job.name,
      priority: job.priority,
      ...tagsInAudit(job),
      rerunOf: source.id,
    },
  });
  await notifyWaits(tx, job);
}
