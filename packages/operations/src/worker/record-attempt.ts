import type { RemovalReport } from '@renderdeck/domain';
import {
  type AttemptUsage,
  findAttempt,
  HOSTS_CHANNEL,
  insertLogChunks,
  inTransaction,
  LOGS_CHANNEL,
  type LogChunk,
  lockJob,
  notify,
  type Progress,
  type StoredTree,
  saveAttempt,
  saveProgress,
  saveUsage,
} from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';

/** Where the attempt's files lie, on record before the folder is made. */
export async function recordScratch(
  context: WorkerContext,
  attemptId: string,
  scratchPath: string,
): Promise<void> {
  await saveAttempt(context.db, attemptId, { scratchPath });
}

/** How its processes are known: on record before the first of them may do anything, and again whenever members were seen. */
export async function recordTree(
  context: WorkerContext,
  attemptId: string,
  tree: StoredTree,
): Promise<void> {
  await saveAttempt(context.db, attemptId, { tree });
}

/** Progress of all attempts of a host, in one statement and with one wake. */
export async function recordProgress(
  context: WorkerContext,
  progress: readonly Progress[],
): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    await saveProgress(tx, progress);
    await notify(tx, HOSTS_CHANNEL, context.host);
  });
}

/** Output lines of an attempt. A chunk that was written before stays as it is. */
export async function recordLog(
  context: WorkerContext,
  attemptId: string,
  chunks: readonly LogChunk[],
): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    await insertLogChunks(tx, attemptId, chunks);
    await notify(tx, LOGS_CHANNEL, attemptId);
  });
}

/** Files of an attempt that is over went later: the receipt's removal report grows by them. */
export async function recordRemoval(
  context: WorkerContext,
  attemptId: string,
  removal: RemovalReport,
): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const jobId = (await findAttempt(tx, attemptId))?.jobId;
    const locked = jobId === undefined ? null : await lockJob(tx, jobId);
    if (locked === null) return;
    // Read under the lock: what another removal reported meanwhile is counted too.
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
  });
}

/** What the trees of a host use, in one statement and with one wake. */
export async function recordUsage(
  context: WorkerContext,
  attempts: readonly AttemptUsage[],
): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    await saveUsage(tx, attempts);
    await notify(tx, HOSTS_CHANNEL, context.host);
  });
}
