import { findAttempt, recordRemoval } from '@renderdeck/operations';
import { findLeftovers, removeScratchFolder } from '@renderdeck/render-host';
import type { Worker } from '../worker.ts';
import { everyTurn } from './loop.ts';

const EVERY_MS = 10 * 60 * 1000;

/** Deletes what is left of attempts that are over: at start and every ten minutes, until it is gone. What is not known to be over stays. */
export function sweepLoop(worker: Worker) {
  return everyTurn(
    EVERY_MS,
    async () => {
      const { folders, refused } = await findLeftovers(worker.config.scratchRoot, async (attemptId) => {
        if (worker.attempts.get(attemptId) !== null) return false;
        return ((await findAttempt(worker.store.db, attemptId))?.confirmedAt ?? null) !== null;
      });
      for (const folder of folders) {
        const removal = await removeScratchFolder(folder);
        await recordRemoval(worker.context, folder.attemptId, removal);
        worker.log.warn({ attempt: folder.attemptId, files: removal.files, leftovers: removal.leftovers.length }, 'left files were swept');
      }
      for (const folder of refused) worker.log.error(folder, 'a folder was left alone');
    },
    (error) => worker.log.error({ err: error }, 'sweep failed'),
  );
}
