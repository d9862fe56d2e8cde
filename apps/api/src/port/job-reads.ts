import { warnOfJob, wireJob } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { shareEqualReads } from '../share-equal-reads.ts';
import { wireAttempt } from './attempt-to-wire.ts';
import { describeTemplate } from './describe-template.ts';
import { readJobQuery, writeCursor } from './page-cursor.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wirePriorityPreview } from './to-wire.ts';

/** The part of the port that reads jobs. */
export function jobReadsPort(db: Database, submitPriorityMax: number) {
  const readJob = operations.gather((ids: readonly string[]) => operations.getJobs({ db }, ids));
  const readList = shareEqualReads(async (query: operations.JobQuery) => {
    const page = await operations.listJobs({ db }, query);
    return {
      jobs: page.views.map(wireJob),
      nextCursor: page.next === null ? null : writeCursor(page.next),
      previousCursor: page.previous === null ? null : writeCursor(page.previous),
      counts: page.counts,
      matching: page.matching,
      at: page.at.toISOString(),
    };
  });
  return {
    async listJobs(_requestContext, input) {
      return await readList(readJobQuery(input));
    },

    async getJob(_requestContext, { id }) {
      const { view, attempts, nexrenderJob, ...found } = doneOrThrow(await readJob(id));
      const { hidden, secretsDeletedAt, hostLastHeardAt } = found;
      return {
        job: wireJob(view),
        attempts: attempts.map(wireAttempt),
        nexrenderJob,
        warnings: [...warnOfJob(nexrenderJob)],
        published: [...operations.publishedBy(attempts.toReversed())],
        uid: found.uid,
        hidden: hidden.map(({ path, kinds }) => ({ path: [...path], kinds: [...kinds] })),
        ...describeTemplate(nexrenderJob),
        secretsDeletedAt: secretsDeletedAt?.toISOString() ?? null,
        hostLastHeardAt: hostLastHeardAt?.toISOString() ?? null,
      };
    },

    async previewPriority(_requestContext, input) {
      const { preview } = doneOrThrow(await operations.previewPriority({ db }, input));
      return wirePriorityPreview(preview);
    },

    async previewSubmit({ actor }, { priority }) {
      const { at, ...preview } = await operations.previewSubmit(
        { db },
        { actor, priority, submitPriorityMax },
      );
      return { ...preview, at: at.toISOString() };
    },
  } satisfies Partial<AdminPort>;
}
