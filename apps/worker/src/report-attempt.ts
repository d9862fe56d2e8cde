import {
  acknowledgeStop,
  finishAttempt,
  releaseAttempt,
  reportOrphan,
} from '@renderdeck/operations';
import type { CleanedRun } from './attempt-run.ts';
import type { EndReason } from './end-signal.ts';
import { retryUntilDeadline } from './retry-until-deadline.ts';

/**
 * Reports how the attempt ended, again and again until the database has saved it. When the job no
 * longer belongs to this attempt, the job keeps its status and only the proof is added.
 */
export async function report(run: CleanedRun): Promise<void> {
  await run.stopReceivedRecorded;
  const { worker, attempt, stopReport, removalReport } = run;
  await attempt.saved;
  const { context } = worker;
  const { job } = attempt;
  const reports = { stopReport, removalReport };
  const reason = await findFinalReason(run);

  const acknowledge = () =>
    retryUntilDeadline('acknowledgement', worker, () =>
      acknowledgeStop(context, { attempt: job, reports }),
    );
  const finish = (ended: Extract<EndReason, { kind: 'ended' | 'overLimit' }>) => {
    const signalled = stopReport.firstSignalAt !== null && ended.kind === 'overLimit';
    return retryUntilDeadline('end', worker, () =>
      finishAttempt(context, { attempt: job, end: describeEnd(ended), signalled, reports }),
    );
  };
  const release = () =>
    retryUntilDeadline('release', worker, () => {
      const why = `Attempt ${job.attempt} was given back: the worker on ${context.host} shut down.`;
      return releaseAttempt(context, { attempt: job, reports, why });
    });
  const orphan = () =>
    retryUntilDeadline('report', worker, () => reportOrphan(context, { attempt: job, reports }));

  switch (reason.kind) {
    case 'stopRequested':
      if (!(await acknowledge()).ok) await orphan();
      return;
    case 'ended':
    case 'overLimit': {
      const finished = await finish(reason);
      if (finished.ok) return;
      const stopped = finished.rejection.code === 'stopRequested' && (await acknowledge()).ok;
      if (!stopped) await orphan();
      return;
    }
    case 'shutDown':
      if (!(await release()).ok) await orphan();
      return;
    case 'lost':
      await orphan();
  }
}

/**
 * A render may complete at the moment when a reason to end arrives. If no signal was sent before,
 * its output is published, so it counts as ended.
 */
async function findFinalReason({ reason, render, stopReport }: CleanedRun): Promise<EndReason> {
  if (reason.kind === 'lost' || render === null || stopReport.firstSignalAt !== null) return reason;
  const end = await render.ended;
  return end.kind === 'completed' ? { kind: 'ended', end } : reason;
}

function describeEnd(reason: Extract<EndReason, { kind: 'ended' | 'overLimit' }>) {
  if (reason.kind === 'overLimit') return { kind: 'failed', failure: reason.sentence } as const;
  if (reason.end.kind === 'completed') return { kind: 'completed' } as const;
  const closed = 'It could not be asked in time whether the job may publish.';
  const failure = reason.end.kind === 'failed' ? reason.end.reason : closed;
  return { kind: 'failed', failure } as const;
}
