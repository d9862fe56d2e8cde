import type { StopReport } from '@renderdeck/domain';
import { inTransaction, saveAttempt } from '@renderdeck/store';
import { DONE, type Outcome, reject, type WorkerContext } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { type Attempt, lockOwnJob } from './own-job.ts';
import { sinceRequest } from './reports.ts';

/** Saves the result of a stop so far, with its survivors. The job stays CANCELLING. */
export async function reportStop(
  context: WorkerContext,
  input: { readonly attempt: Attempt; readonly stopReport: StopReport },
): Promise<Outcome> {
  const { stopReport } = input;
  const { attemptId } = input.attempt;
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const locked = await lockOwnJob(tx, input.attempt);
    if (locked === null) return reject({ code: 'lostAttempt', attemptId });
    const { job } = locked;
    await saveAttempt(tx, attemptId, {
      stopReport: await sinceRequest(tx, job, attemptId, stopReport),
    });
    const facts = { survivors: stopReport.survivors.length };
    await saveChange(
      tx,
      job,
      { ...job, version: job.version + 1 },
      { event: 'reportStop', actor: context.host, facts },
    );
    return DONE;
  });
}
