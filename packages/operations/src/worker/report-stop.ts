import type { StopReport } from '@renderdeck/domain';
import { inTransaction, saveAttempt } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';
import { sinceRequest } from './reports.ts';

/** Says what a stop has reached so far, survivors by name; the job stays CANCELLING and is tried again. */
export async function reportStop(
  context: WorkerContext,
  attempt: Attempt,
  stopReport: StopReport,
): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    const locked = await lockOwnJob(tx, attempt);
    if (locked === null) return;
    const { job } = locked;
    await saveAttempt(tx, attempt.attemptId, {
      stopReport: await sinceRequest(tx, job, attempt.attemptId, stopReport),
    });
    const facts = { survivors: stopReport.survivors.length };
    await saveChange(
      tx,
      job,
      { ...job, version: job.version + 1 },
      { event: 'reportStop', actor: context.host, facts },
    );
  });
}
