import { inTransaction } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import { giveUpAttempt } from './give-up-attempt.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';
import { type Reports, sinceRequest } from './reports.ts';

/** A worker that shuts down gives a job back, its processes proven gone and its files removed; false where it is no longer the worker's. */
export async function releaseAttempt(
  context: WorkerContext,
  attempt: Attempt,
  reports: Reports,
  why: string,
): Promise<boolean> {
  return await inTransaction(context.db, async (tx) => {
    const locked = await lockOwnJob(tx, attempt);
    if (locked === null) return false;
    const stopReport = await sinceRequest(tx, locked.job, attempt.attemptId, reports.stopReport);
    await giveUpAttempt(
      tx,
      { ...locked, attemptId: attempt.attemptId },
      { actor: context.host, outcome: 'released', why },
      { ...reports, stopReport },
    );
    return true;
  });
}
