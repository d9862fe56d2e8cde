import type { LogChunk, RemovalReport, TreeRecord } from '@renderdeck/domain';
import {
  type AttemptUsage,
  findAttempt,
  HOSTS_CHANNEL,
  insertLogChunks,
  inTransaction,
  LOGS_CHANNEL,
  lockJob,
  notify,
  type Progress,
  saveAttempt,
  saveProgress,
  saveUsage,
} from '@renderdeck/store';
import { DONE, type Done, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';

/** Saves where the files of an attempt are, before the folder is made. */
export async function recordScratch(
  context: WorkerContext,
  input: { readonly attemptId: string; readonly scratchPath: string },
): Promise<Done> {
  await saveAttempt(context.db, input.attemptId, { scratchPath: input.scratchPath });
  return DONE;
}

/**
 * Saves how the processes of an attempt are recognised: before the first one does anything, and
 * again whenever new ones were found.
 */
export async function recordTree(
  context: WorkerContext,
  input: { readonly attemptId: string; readonly tree: TreeRecord },
): Promise<Done> {
  await saveAttempt(context.db, input.attemptId, { tree: input.tree });
  return DONE;
}

/** Saves the progress of all attempts of a host, in one statement and with one notification. */
export async function recordProgress(
  context: WorkerContext,
  input: { readonly progress: readonly Progress[] },
): Promise<Done> {
  return await inTransaction(context.db, async (tx): Promise<Done> => {
    await saveProgress(tx, input.progress);
    await notify(tx, HOSTS_CHANNEL, context.host);
    return DONE;
  });
}

/** Saves log chunks of an attempt. A chunk that was saved before stays as it is. */
export async function recordLog(
  context: WorkerContext,
  input: { readonly attemptId: string; readonly chunks: readonly LogChunk[] },
): Promise<Done> {
  const { attemptId, chunks } = input;
  return await inTransaction(context.db, async (tx): Promise<Done> => {
    await insertLogChunks(tx, attemptId, chunks);
    await notify(tx, LOGS_CHANNEL, attemptId);
    return DONE;
  });
}

/** Adds files that were removed after the attempt's end to the removal report of its receipt. */
export async function recordRemoval(
  context: Omit<WorkerContext, 'identity'>,
  input: { readonly attemptId: string; readonly removal: RemovalReport },
): Promise<Outcome> {
  const { attemptId, removal } = input;
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const jobId = (await findAttempt(tx, attemptId))?.jobId;
    const locked = jobId === undefined ? null : await lockJob(tx, jobId);
    if (locked === null) return reject({ code: 'unknownAttempt', attemptId });
    // Read again under the lock, so that a report that came meanwhile is counted too.
    const before = (await findAttempt(tx, attemptId))?.removalReport;
    const removalReport = {
      ...removal,
      files: removal.files + (before?.files ?? 0),
      bytes: removal.bytes + (before?.bytes ?? 0),
    };
    await saveAttempt(tx, attemptId, { removalReport });
    const { job } = locked;
    await saveChange(
      tx,
      job,
      { ...job, version: job.version + 1 },
      { event: 'reportFiles', actor: context.host },
    );
    return DONE;
  });
}

/** Saves what the process trees of a host use, in one statement and with one notification. */
export async function recordUsage(
  context: WorkerContext,
  input: { readonly attempts: readonly AttemptUsage[] },
): Promise<Done> {
  return await inTransaction(context.db, async (tx): Promise<Done> => {
    await saveUsage(tx, input.attempts);
    await notify(tx, HOSTS_CHANNEL, context.host);
    return DONE;
  });
}
