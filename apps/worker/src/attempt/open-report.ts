import type { AttemptReport, HostStopReport } from '@renderdeck/domain';
import type { AttemptRun } from './attempt-run.ts';

/** The reason why an attempt ends when its report cannot be kept. */
export const NO_JOURNAL = 'the journal of this host could not be written.';

/** A stop report in which no process has ended and nothing is proven. */
const UNPROVEN: HostStopReport = {
  processes: [],
  proof: null,
  survivors: [],
  timeToDeadMs: null,
  firstSignalAt: null,
  deadAt: null,
  rounds: 0,
};

/** The facts of an attempt that has not ended: where it runs, and how far its output is out. */
export function openReport({ worker, attempt }: AttemptRun): AttemptReport {
  const { host, identity, workerId } = worker.context;
  const { jobId, attemptId, attempt: number, treeMarker } = attempt.job;
  return {
    jobId,
    attemptId,
    number,
    host,
    identity,
    workerId,
    treeMarker,
    end: { kind: 'lost' },
    output: attempt.output,
    publications: attempt.publications,
    signalled: false,
    stopReport: UNPROVEN,
    removalReport: null,
    ranMs: attempt.ageMs,
    deadAt: new Date().toISOString(),
  };
}
