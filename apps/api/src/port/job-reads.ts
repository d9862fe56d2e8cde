import {
  type ListFailuresInput,
  wireJob,
  wireRange,
  wireStartEstimate,
} from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { shareEqualReads } from '../share-equal-reads.ts';
import { wireAttempt } from './attempt-to-wire.ts';
import { definitionReads } from './definition-reads.ts';
import { templateFile } from './describe-template.ts';
import { readJobQuery, writeCursor } from './page-cursor.ts';
import { wireJobPictures } from './pictures.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireFailureGroup, wirePriorityPreview } from './to-wire.ts';
import { wireTemplates } from './wire-templates.ts';

/** Reads that answer several requests at once. */
function sharedReads(db: Database) {
  const readJob = operations.gather((ids: readonly string[]) => operations.getJobs({ db }, ids));
  const readPictures = operations.gather(async (ids: readonly string[]) => {
    const found = await operations.listPictures({ db }, ids);
    return ids.map((id) => found.find(({ jobId }) => jobId === id) ?? null);
  });
  const readList = shareEqualReads(async (query: operations.JobQuery) => {
    const page = await operations.listJobs({ db }, query);
    return {
      jobs: page.views.map(wireJob),
      nextCursor: page.next === null ? null : writeCursor(page.next, query.sort),
      previousCursor: page.previous === null ? null : writeCursor(page.previous, query.sort),
      counts: page.counts,
      matching: page.matching,
      queue: { emptyAt: wireRange(page.emptyAt) },
      at: page.at.toISOString(),
    };
  });
  const readFailures = shareEqualReads(async ({ limit, ...input }: ListFailuresInput) => {
    const { at, groups, ...counts } = await operations.listFailures(
      { db },
      {
        from: input.from === undefined ? null : new Date(input.from),
        to: input.to === undefined ? null : new Date(input.to),
        host: input.host ?? null,
        reason: input.reason ?? null,
        nameTemplate: templateFile,
      },
    );
    const shown = groups.slice(0, limit).map(wireFailureGroup);
    return { groups: shown, groupCount: groups.length, ...counts, at: at.toISOString() };
  });
  const readTemplates = shareEqualReads(async (_all: null) =>
    wireTemplates(await operations.listUsedTemplates(db)),
  );
  const readDefinition = definitionReads(db);
  return { readJob, readDefinition, readPictures, readList, readFailures, readTemplates };
}

/** The part of the port that reads jobs. */
export function jobReadsPort(db: Database, submitPriorityMax: number) {
  const { readJob, readDefinition, readPictures, readList, readFailures, readTemplates } =
    sharedReads(db);
  return {
    async listJobs(_requestContext, input) {
      return await readList(readJobQuery(input));
    },

    async listFailures(_requestContext, input) {
      return await readFailures(input);
    },
    listJobFilters: async () => await operations.listFilterNames(db),
    listTemplates: async () => ({ templates: await readTemplates(null) }),

    async getJob(_requestContext, { id }) {
      const [read, definition, foundPictures] = await Promise.all([
        readJob(id),
        readDefinition(id),
        readPictures(id),
      ]);
      const { view, attempts, ...found } = doneOrThrow(read);
      const shown = foundPictures && wireJobPictures(foundPictures);
      return {
        job: wireJob(view),
        attempts: attempts.map(wireAttempt),
        ...definition,
        picture: shown?.pictures.at(-1) ?? null,
        noPicture: shown?.noPicture ?? null,
        published: [...operations.publishedBy(attempts.toReversed())],
        uid: found.uid,
        secretsDeletedAt: found.secretsDeletedAt?.toISOString() ?? null,
        hostLastHeardAt: found.hostLastHeardAt?.toISOString() ?? null,
      };
    },

    async previewPriority(_requestContext, input) {
      const { preview } = doneOrThrow(await operations.previewPriority({ db }, input));
      return wirePriorityPreview(preview);
    },

    async previewSubmit({ actor }, { priority }) {
      const { at, start, ...preview } = await operations.previewSubmit(
        { db },
        { actor, priority, submitPriorityMax },
      );
      return { ...preview, start: wireStartEstimate(start), at: at.toISOString() };
    },
  } satisfies Partial<AdminPort>;
}
