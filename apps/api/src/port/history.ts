import {
  type MeasureRange,
  readLogCursor,
  wireJob,
  wireMeasures,
  writeLogCursor,
} from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import { getMeasures } from '@renderdeck/operations/extras';
import type { Database } from '@renderdeck/store/connect';
import { shareEqualReads } from '../share-equal-reads.ts';
import { readIdCursor } from './page-cursor.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireListedChange, wireLogChunk } from './to-wire.ts';

type HistoryPort = Pick<AdminPort, 'listJobChanges' | 'getReceipt' | 'listReasons' | 'getMeasures'>;

const MOST_REASONS = 8;

/** The part of the port that reads the past: changes, receipts, reasons and measures. */
export function historyPort(db: Database): HistoryPort {
  const readMeasures = shareEqualReads(async (range: MeasureRange) =>
    wireMeasures(range, await getMeasures({ db }, { range })),
  );
  return {
    async listJobChanges(_requestContext, { id, cursor, limit }) {
      const after = cursor === undefined ? null : readIdCursor(cursor, 'a history');
      const page = doneOrThrow(await operations.listJobChanges({ db }, { id, after, limit }));
      return {
        changes: page.changes.map(wireListedChange),
        nextCursor: page.next?.toString() ?? null,
      };
    },

    async getReceipt(_requestContext, { number }) {
      const found = doneOrThrow(await operations.getReceipt({ db }, { number }));
      return {
        number,
        job: wireJob(found.view),
        hostLastHeardAt: found.hostLastHeardAt?.toISOString() ?? null,
      };
    },

    listReasons: async ({ actor }) => ({
      reasons: [...(await operations.listReasons(db, actor, MOST_REASONS))],
    }),

    getMeasures: (_requestContext, { range }) => readMeasures(range),
  };
}

type AttemptReadsPort = Pick<AdminPort, 'getAttemptLog' | 'getLogText' | 'getAttemptUsage'>;

/** The part of the port that reads the log and the usage of an attempt. */
export function attemptReadsPort(db: Database): AttemptReadsPort {
  return {
    async getAttemptLog(_requestContext, { id, attempt = null, after, limit }) {
      const place = after === undefined ? null : readLogCursor(String(after));
      const read = doneOrThrow(
        await operations.getAttemptLog({ db }, { id, attempt, after: place, limit }),
      );
      const chunks = read.chunks.map(wireLogChunk);
      return { attempt: read.attempt, chunks, after: writeLogCursor(read.after) };
    },

    async getLogText(_requestContext, { id, attempt: wanted = null, from, most }) {
      const query = { id, attempt: wanted, from, most };
      const { attempt, size, chunks } = doneOrThrow(await operations.getLogText({ db }, query));
      const { number, outcome, endedAt } = attempt;
      const last = chunks.at(-1);
      return {
        attempt: number,
        outcome,
        endedAt: endedAt?.toISOString() ?? null,
        size,
        start: chunks[0]?.start ?? size,
        next: last === undefined ? size : last.start + last.bytes,
        chunks: chunks.map((chunk) => wireLogChunk({ attempt: number, ...chunk })),
      };
    },

    async getAttemptUsage(_requestContext, { id, attempt = null }) {
      const { number, points } = doneOrThrow(
        await operations.getAttemptUsage({ db }, { id, attempt }),
      );
      return { attempt: number, points: [...points] };
    },
  };
}
