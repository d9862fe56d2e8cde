import { inTransaction, openIncarnation } from '@renderdeck/store';
import {
  deleteOldPaces,
  deleteOldJobs as deleteOneBatch,
  deleteOldLogs as deleteOneBatchOfLogs,
} from '@renderdeck/store/extras';
import { type DatabaseContext, DONE, type Done } from '../operation-context.ts';

export type Keeping = {
  readonly olderThanMs: number;
  /** Waits after a batch that took `tookMs`. False: no further batch now. */
  readonly rest: (tookMs: number) => Promise<boolean>;
};

/**
 * Deletes the jobs that ended longer ago than `olderThanMs`, with their attempts, logs and history.
 * Audit lines and measures stay. It keeps a job while a host may still run or clean something of
 * it. It uses small transactions with a rest after each. Several processes may run it at once.
 */
export async function deleteOldJobs(context: DatabaseContext, keeping: Keeping): Promise<Done> {
  const { olderThanMs } = keeping;
  await openIncarnation(context.db);
  await deleteOldLogs(context, keeping);
  await inBatches(keeping, () =>
    inTransaction(context.db, (tx) => deleteOneBatch(tx, olderThanMs)),
  );
  await deleteOldPaces(context.db, olderThanMs);
  return DONE;
}

/**
 * Deletes the logs of attempts that ended longer ago than `olderThanMs`, in small transactions too.
 */
export async function deleteOldLogs(context: DatabaseContext, keeping: Keeping): Promise<Done> {
  await inBatches(keeping, () =>
    inTransaction(context.db, (tx) => deleteOneBatchOfLogs(tx, keeping.olderThanMs)),
  );
  return DONE;
}

async function inBatches({ rest }: Keeping, deleteBatch: () => Promise<number>): Promise<void> {
  for (;;) {
    const startedAt = performance.now();
    if ((await deleteBatch()) === 0) return;
    if (!(await rest(performance.now() - startedAt))) return;
  }
}
