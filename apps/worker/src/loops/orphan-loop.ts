/*
 * What an earlier daemon of this host left: ended before anything is claimed, and again every minute for what could not be ended.
 *
 * 1. Read the attempts of this host, by an earlier run, of which it is not known that nothing runs.
 * 2. End each tree by its record: identity, members, cookie. Nothing is signalled that cannot be proven to be the attempt's.
 * 3. Only with proof: remove its scratch folder and report both. A job still held is given up; an unconfirmed receipt is confirmed.
 */
import { type AttemptRow, findUnconfirmedAttempts, reportOrphan } from '@renderdeck/operations';
import {
  type RemovalReport,
  readIdentity,
  removeScratchFolder,
  reopenScratchFolder,
  stopProcessTree,
  type TreeRecord,
} from '@renderdeck/render-host';
import { z } from 'zod';
import { CLEAN_WITHIN_MS, type Worker } from '../worker.ts';

const identity = z.object({ bootId: z.string(), pid: z.int(), startToken: z.string() });
const member = z.object({ pid: z.int(), startToken: z.string(), name: z.string(), parentPid: z.int(), startedAt: z.string() });
const storedTree = z.object({
  attemptId: z.string(),
  cookie: z.string(),
  bootId: z.string(),
  root: identity.nullable(),
  container: z.object({ kind: z.enum(['cgroup', 'subreaper', 'jobObject', 'none']), path: z.string().nullable() }).nullable(),
  members: z.array(member),
});

/** Ends, cleans and reports what earlier daemons left; gives how many are still not proven gone. */
export async function recoverOrphans(worker: Worker): Promise<number> {
  const { context, log } = worker;
  let left = 0;
  for (const attempt of await findUnconfirmedAttempts(context.db, context.host, context.workerId)) {
    const stopReport = await stopProcessTree(await recordOf(attempt), { graceMs: 0 });
    if (stopReport.survivors.length > 0 || stopReport.proof === null) {
      left += 1;
      log.error({ attempt: attempt.id, survivors: stopReport.survivors }, 'an orphan survives, trying again');
      continue;
    }
    const removalReport = await removeFiles(worker, attempt);
    await reportOrphan(context, { jobId: attempt.jobId, attemptId: attempt.id }, { stopReport, removalReport });
    log.warn(
      { attempt: attempt.id, processes: stopReport.processes.length, proof: stopReport.proof, files: removalReport?.files },
      'what an earlier daemon left was ended',
    );
  }
  return left;
}

/** The record as stored; before anything was spawned, only the cookie can find what there may be. */
async function recordOf(attempt: AttemptRow): Promise<TreeRecord> {
  const stored = storedTree.safeParse(attempt.tree);
  if (stored.success) return stored.data;
  const self = await readIdentity(process.pid);
  return { attemptId: attempt.id, cookie: attempt.cookie, bootId: self?.bootId ?? '', root: null, container: null, members: [] };
}

async function removeFiles(worker: Worker, attempt: AttemptRow): Promise<RemovalReport | null> {
  if (attempt.scratchPath === null) return null;
  const scratch = await reopenScratchFolder(worker.config.scratchRoot, attempt.scratchPath, attempt.id);
  if (!('refused' in scratch)) return await removeScratchFolder(scratch, { budgetMs: CLEAN_WITHIN_MS });
  worker.log.error({ attempt: attempt.id, refused: scratch.refused }, 'a scratch folder was left alone');
  return { files: 0, bytes: 0, leftovers: [{ path: attempt.scratchPath, error: scratch.refused }], timeToCleanMs: 0, goneAt: null };
}
