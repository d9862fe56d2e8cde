import { refuse, warnOfJob, warnOfPriority, wireJob } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import type { LiveFeeds } from '../live/live-feeds.ts';
import { isDatabaseCondition } from '../translate-connection-error.ts';
import type { WebhookAddresses } from '../webhooks/webhook-addresses.ts';
import { adminContext } from './admin-context.ts';
import { checkSubmittedJob, type JobRules } from './check-submitted-job.ts';
import { describeTemplate, nameJob } from './describe-template.ts';
import { refusePrivate } from './refuse-private.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wirePriorityReceipt } from './to-wire.ts';

type JobChangesPort = Pick<
  AdminPort,
  'submitJob' | 'resubmitJob' | 'cancelJob' | 'setPriority' | 'setTags'
>;

/** The limits of a submission. */
export type SubmissionRules = {
  readonly addresses: WebhookAddresses;
  readonly jobRules: JobRules;
  readonly jobValues: number;
  readonly submitPriorityMax: number;
};

/** The part of the port that submits, runs again, cancels and reorders jobs. */
export function jobChangesPort(
  db: Database,
  live: Pick<LiveFeeds, 'watchJob'>,
  { addresses, jobRules, jobValues, submitPriorityMax }: SubmissionRules,
): JobChangesPort {
  const submitJob = operations.createSubmitter({ db });
  const setPriority = operations.groupPriorityChanges(db);
  return {
    async submitJob(requestContext, input) {
      const { secretPaths, shown } = checkSubmittedJob(input, jobRules, jobValues);
      if (input.callback !== undefined)
        refusePrivate(addresses, 'callback.url', input.callback.url);
      const submission = {
        name: nameJob(input.name, shown),
        template: describeTemplate(shown).template,
        priority: input.priority,
        nexrenderJob: input.job,
        limits: input.limits ?? {},
        secretPaths,
        idempotencyKey: input.idempotencyKey,
        uid: input.uid,
        callback: input.callback,
        rerunOf: input.rerunOf,
        submitPriorityMax,
      };
      const context = adminContext(db, requestContext);
      const { view, callbackSecret } = doneOrThrow(await submitJob(context, submission));
      const warnings = [...warnOfJob(shown), ...warnOfPriority(shown, input.priority)];
      const callback = callbackSecret === null ? {} : { callback: { secret: callbackSecret } };
      return { job: wireJob(view), warnings, ...callback };
    },

    async resubmitJob(requestContext, input) {
      const context = adminContext(db, requestContext);
      const wanted = { ...input, submitPriorityMax };
      return { job: wireJob(doneOrThrow(await operations.resubmitJob(context, wanted)).view) };
    },

    cancelJob: cancelAndWait(db, live),

    async setPriority(requestContext, { id, priority, expectedVersion = null }) {
      const { view, receipt } = doneOrThrow(
        await setPriority(requestContext, { id, priority, expectedVersion }),
      );
      return {
        job: wireJob(view),
        newPosition: receipt.position.after,
        receipt: wirePriorityReceipt(receipt),
      };
    },

    async setTags(requestContext, { id, tags, expectedVersion = null }) {
      const wanted = { id, tags: operations.tagsOfNexrenderJob({ tags }), expectedVersion };
      const { view } = doneOrThrow(await operations.setTags({ db, requestContext }, wanted));
      return { job: wireJob(view) };
    },
  };
}

const CANCEL_LOST =
  'The database went back to an earlier state while this cancel waited (a failover or a ' +
  'restore), and has lost it; look at the job, and cancel it again.';

/** Cancels a job, and waits for the proof as long as the client asks for. */
function cancelAndWait(db: Database, live: Pick<LiveFeeds, 'watchJob'>): AdminPort['cancelJob'] {
  return async (requestContext, { id, reason = null, waitMs, signal }) => {
    const watch = live.watchJob(id);
    try {
      const context = adminContext(db, requestContext);
      const { view } = doneOrThrow(await operations.cancelJob(context, { id, reason }));
      const waits = view.receipt?.outcome === 'cancelling' && waitMs > 0;
      // A change from before the cancel may still arrive now. Its view has no receipt.
      if (waits)
        await watch.until(
          ({ receipt }) => receipt !== null && receipt.outcome !== 'cancelling',
          waitMs,
          signal,
        );
      const job = wireJob(waits ? await readAfterWait(db, view) : view);
      if (job.receipt === null) throw new Error(`job ${id} was cancelled without a receipt`);
      return { job, receipt: job.receipt };
    } finally {
      watch.stop();
    }
  };
}

/**
 * Returns the cancelled job as it is now, or as it was if the database is away: the cancel is
 * recorded by then, and the caller has its receipt. Refuses if the database has lost the cancel.
 */
async function readAfterWait(
  db: Database,
  cancelled: operations.JobView,
): Promise<operations.JobView> {
  const { id } = cancelled.job;
  let now: operations.JobView | null;
  try {
    now = await operations.findJobView(db, id);
  } catch (error) {
    if (isDatabaseCondition(error)) return cancelled;
    throw error;
  }
  if (now === null || now.receipt === null) throw refuse('outcome_unknown', CANCEL_LOST);
  return now;
}
