import { readLogCursor, wireJob, writeLogCursor } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { readCursor, writeCursor } from './page-cursor.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireAttempt, wireLogChunk, wirePriorityPreview } from './to-wire.ts';

type JobReadsPort = Pick<AdminPort, 'listJobs' | 'getJob' | 'getAttemptLog' | 'previewPriority'>;

/** The part of the port that reads jobs. */
export function jobReadsPort(db: Database): JobReadsPort {
  return {
    async listJobs(_requestContext, { status, show, open, cursor, limit }) {
      const after = cursor === undefined ? null : readCursor(cursor);
      const query = { status: status ?? null, show, open, after, limit };
      const page = await operations.listJobs({ db }, query);
      return {
        jobs: page.views.map(wireJob),
        nextCursor: page.next === null ? null : writeCursor(page.next),
        counts: page.counts,
      };
    },

    async getJob(_requestContext, input) {
      const { view, attempts, nexrenderJob, secretsDeletedAt, hostLastHeardAt } = doneOrThrow(
        await operations.getJob({ db }, input),
      );
      return {
        job: wireJob(view),
        attempts: attempts.map(wireAttempt),
        nexrenderJob,
        secretsDeletedAt: secretsDeletedAt?.toISOString() ?? null,
        hostLastHeardAt: hostLastHeardAt?.toISOString() ?? null,
      };
    },

    async getAttemptLog(_requestContext, { id, attempt = null, after, limit }) {
      const place = after === undefined ? null : readLogCursor(String(after));
      const read = doneOrThrow(
        await operations.getAttemptLog({ db }, { id, attempt, after: place, limit }),
      );
      const chunks = read.chunks.map(wireLogChunk);
      return { attempt: read.attempt, chunks, after: writeLogCursor(read.after) };
    },

    async previewPriority(_requestContext, input) {
      const { preview } = doneOrThrow(await operations.previewPriority({ db }, input));
      return wirePriorityPreview(preview);
    },
  };
}
