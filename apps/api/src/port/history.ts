import { wireJob, wireMeasures } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { readIdCursor } from './page-cursor.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireListedChange } from './to-wire.ts';

type HistoryPort = Pick<AdminPort, 'listJobChanges' | 'getReceipt' | 'listReasons' | 'getMeasures'>;

const MOST_REASONS = 8;

/** The part of the port that reads what happened: changes, receipts, reasons, measures. */
export function historyPort(db: Database): HistoryPort {
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

    getMeasures: async (_requestContext, { range }) =>
      wireMeasures(range, await operations.getMeasures({ db }, { range })),
  };
}
