import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import type { LiveFeeds } from '../live/live-feeds.ts';
import { adminContext } from './admin-context.ts';
import { checkSubmittedJob, type JobRules } from './check-submitted-job.ts';
import { nameJob } from './name-job.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import {
  wireAttempt,
  wireHost,
  wireJob,
  wireLogChunk,
  wirePriorityPreview,
  wirePriorityReceipt,
} from './to-wire.ts';

type JobsPort = Pick<
  AdminPort,
  | 'listJobs'
  | 'getJob'
  | 'getAttemptLog'
  | 'previewPriority'
  | 'listHosts'
  | 'submitJob'
  | 'cancelJob'
  | 'setPriority'
>;

/** The part of the port that is about jobs and their hosts. */
export function jobsPort(db: Database, live: LiveFeeds, jobRules: JobRules): JobsPort {
  return {
    async listJobs(_requestContext, { status, show, cursor, limit }) {
      const after = cursor === undefined ? null : readCursor(cursor);
      const query = { status: status ?? null, show, after, limit };
      const page = await operations.listJobs({ db }, query);
      return {
        jobs: page.views.map(wireJob),
        nextCursor: page.next === null ? null : writeCursor(page.next),
        counts: page.counts,
      };
    },

    async getJob(_requestContext, input) {
      const { view, attempts, nexrenderJob, hostLastHeardAt } = doneOrThrow(
        await operations.getJob({ db }, input),
      );
      return {
        job: wireJob(view),
        attempts: attempts.map(wireAttempt),
        nexrenderJob,
        hostLastHeardAt: hostLastHeardAt?.toISOString() ?? null,
      };
    },

    async getAttemptLog(_requestContext, { id, attempt = null, after, limit }) {
      const read = doneOrThrow(
        await operations.getAttemptLog({ db }, { id, attempt, after, limit }),
      );
      const chunks = read.chunks.map(wireLogChunk);
      return { attempt: read.attempt, chunks, after: chunks.at(-1)?.seq ?? after };
    },

    async previewPriority(_requestContext, input) {
      const { preview } = doneOrThrow(await operations.previewPriority({ db }, input));
      return wirePriorityPreview(preview);
    },

    listHosts: async () => ({ hosts: (await operations.listHostViews(db)).map(wireHost) }),

    async submitJob(requestContext, input) {
      checkSubmittedJob(input.job, jobRules);
      const submission = {
        name: nameJob(input),
        priority: input.priority,
        nexrenderJob: input.job,
        limits: input.limits ?? {},
        idempotencyKey: input.idempotencyKey,
      };
      const context = adminContext(db, requestContext);
      const { view } = doneOrThrow(await operations.submitJob(context, submission));
      return { job: wireJob(view) };
    },

    async cancelJob(requestContext, { id, reason = null, waitMs, signal }) {
      const watch = live.watch(id);
      try {
        const context = adminContext(db, requestContext);
        const { view } = doneOrThrow(await operations.cancelJob(context, { id, reason }));
        const waits = view.receipt?.outcome === 'cancelling' && waitMs > 0;
        // A change from before the cancel may arrive after it: it shows no receipt yet.
        if (waits)
          await watch.until(
            ({ receipt }) => receipt !== null && receipt.outcome !== 'cancelling',
            waitMs,
            signal,
          );
        const job = wireJob((waits ? await operations.findJobView(db, id) : null) ?? view);
        if (job.receipt === null) throw new Error(`job ${id} was cancelled without a receipt`);
        return { job, receipt: job.receipt };
      } finally {
        watch.stop();
      }
    },

    async setPriority(requestContext, { id, priority, expectedVersion = null }) {
      const context = adminContext(db, requestContext);
      const { view, receipt } = doneOrThrow(
        await operations.setPriority(context, { id, priority, expectedVersion }),
      );
      return {
        job: wireJob(view),
        newPosition: receipt.position.after,
        receipt: wirePriorityReceipt(receipt),
      };
    },
  };
}
