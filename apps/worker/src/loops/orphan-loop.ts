/*
 * Ends what an earlier daemon of this host left, before any claim and again every minute.
 *
 * 1. Read this host's attempts without a proof: those of an earlier daemon, and those this one
 *    lost.
 * 2. Skip an attempt that ran on another machine with this name: its processes are not visible
 *    here.
 * 3. End each tree by its record: identity, members, tree marker. Signal only processes that are
 *    proven to belong to the attempt.
 * 4. Only with a proof: remove the scratch folder and report both. This gives up a job that the
 *    attempt still holds and confirms an unconfirmed receipt.
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

/** Ends, cleans and reports what earlier daemons left. Gives how many still have no proof. */
export async function recoverOrphans(worker: Worker): Promise<number> {
  const { attempts, context } = worker;
  let left = 0;
  // An attempt that runs here, or ran here before the query, reports its own end.
  const running = new Set(attempts.ids());
  for (const orphan of await findUnconfirmedAttempts(context.db, context.host, context.workerId)) {
    if (running.has(orphan.id) || attempts.get(orphan.id) !== null) continue;
    if (!(await endOrphan(worker, orphan))) left += 1;
  }
  return left;
}

/** False until there is a proof that no process of the attempt is left here. */
async function endOrphan({ config, context, log }: Worker, orphan: AttemptRow): Promise<boolean> {
  const attempt = orphan.id;
  const record = await readTreeRecord(orphan);
  const machineId = await readMachineId();
  if (record.machineId !== null && machineId !== null && record.machineId !== machineId) {
    log.error(
      { attempt, machine: record.machineId },
      'it ran on another machine that had this name: only that one can tell what is left',
    );
    return true;
  }
  const stopReport = await stopProcessTree(record, { graceMs: 0 }).catch((error: unknown) => {
    // A failed search for one orphan must not stop the others from being ended.
    log.error({ err: error, attempt }, 'an orphan could not be searched for');
    return null;
  });
  if (stopReport === null) return false;
  const { survivors, processes, proof } = stopReport;
  if (survivors.length > 0 || proof === null) {
    log.error({ attempt, survivors }, 'an orphan survives, trying again');
    return false;
  }
  const removalReport = await removeFiles({ config, log }, orphan);
  await reportOrphan(context, {
    attempt: { jobId: orphan.jobId, attemptId: attempt },
    reports: { stopReport, removalReport },
  });
  log.warn(
    { attempt, processes: processes.length, proof, files: removalReport?.files },
    'what an earlier daemon left was ended',
  );
  return true;
}

async function removeFiles(
  { config, log }: Pick<Worker, 'config' | 'log'>,
  attempt: AttemptRow,
): Promise<HostRemovalReport | null> {
  if (attempt.scratchPath === null) return null;
  const scratch = await reopenScratchFolder(config.scratchRoot, attempt.scratchPath, attempt.id);
  if (!('refused' in scratch))
    return await removeScratchFolder(scratch, { budgetMs: CLEAN_WITHIN_MS });
  log.error({ attempt: attempt.id, refused: scratch.refused }, 'a scratch folder was left alone');
  return {
    files: 0,
    bytes: 0,
    leftovers: [{ path: attempt.scratchPath, error: scratch.refused }],
    timeToCleanMs: 0,
    goneAt: null,
  };
}
