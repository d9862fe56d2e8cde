/*
 * What an earlier daemon of this host left: ended before anything is claimed, and again every minute for what could not be ended.
 *
 * 1. Read the attempts of this host of which it is not known that nothing runs: by an earlier run, or lost by this one.
 * 2. One that was recorded by another machine of this name is left to that machine: nobody here can know what runs there.
 * 3. End each tree by its record: identity, members, treeMarker. Nothing is signalled that cannot be proven to be the attempt's.
 * 4. Only with proof: remove its scratch folder and report both. A job still held is given up; an unconfirmed receipt is confirmed.
 */
import type { HostRemovalReport } from '@renderdeck/domain';
import { type AttemptRow, findUnconfirmedAttempts, reportOrphan } from '@renderdeck/operations';
import {
  readMachineId,
  removeScratchFolder,
  reopenScratchFolder,
  stopProcessTree,
} from '@renderdeck/render-host';
import { readTreeRecord } from '../read-tree-record.ts';
import { CLEAN_WITHIN_MS, type Worker } from '../worker.ts';

/** Ends, cleans and reports what earlier daemons left; gives how many are still not proven gone. */
export async function recoverOrphans(worker: Worker): Promise<number> {
  const { context, log } = worker;
  const machineId = await readMachineId();
  let left = 0;
  // What runs here, or did when it was asked for, has an end of its own and reports it.
  const running = new Set(worker.attempts.ids());
  for (const attempt of await findUnconfirmedAttempts(context.db, context.host, context.workerId)) {
    if (running.has(attempt.id) || worker.attempts.get(attempt.id) !== null) continue;
    const record = await readTreeRecord(attempt);
    if (record.machineId !== null && machineId !== null && record.machineId !== machineId) {
      log.error(
        { attempt: attempt.id, machine: record.machineId },
        'it ran on another machine that had this name: only that one can tell what is left',
      );
      continue;
    }
    const stopReport = await stopProcessTree(record, { graceMs: 0 }).catch((error: unknown) => {
      // One that cannot be looked at does not keep the others from being ended.
      log.error({ err: error, attempt: attempt.id }, 'an orphan could not be looked for');
      return null;
    });
    if (stopReport === null) {
      left += 1;
      continue;
    }
    if (stopReport.survivors.length > 0 || stopReport.proof === null) {
      left += 1;
      log.error(
        { attempt: attempt.id, survivors: stopReport.survivors },
        'an orphan survives, trying again',
      );
      continue;
    }
    const removalReport = await removeFiles(worker, attempt);
    await reportOrphan(context, {
      attempt: { jobId: attempt.jobId, attemptId: attempt.id },
      reports: { stopReport, removalReport },
    });
    log.warn(
      {
        attempt: attempt.id,
        processes: stopReport.processes.length,
        proof: stopReport.proof,
        files: removalReport?.files,
      },
      'what an earlier daemon left was ended',
    );
  }
  return left;
}

async function removeFiles(worker: Worker, attempt: AttemptRow): Promise<HostRemovalReport | null> {
  if (attempt.scratchPath === null) return null;
  const scratch = await reopenScratchFolder(
    worker.config.scratchRoot,
    attempt.scratchPath,
    attempt.id,
  );
  if (!('refused' in scratch))
    return await removeScratchFolder(scratch, { budgetMs: CLEAN_WITHIN_MS });
  worker.log.error(
    { attempt: attempt.id, refused: scratch.refused },
    'a scratch folder was left alone',
  );
  return {
    files: 0,
    bytes: 0,
    leftovers: [{ path: attempt.scratchPath, error: scratch.refused }],
    timeToCleanMs: 0,
    goneAt: null,
  };
}
