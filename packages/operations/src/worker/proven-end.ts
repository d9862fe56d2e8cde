import type { EndDecision } from '@renderdeck/domain';
import type { Decision, EndingJob } from './own-job.ts';
import type { Reports } from './reports.ts';

/**
 * Stands for the time of the end, which the saving statement itself computes: `deadMsAgo` before
 * now, by the database's clock.
 */
export const SET_BY_DATABASE = new Date(0);

/** The change that saves the end of an attempt after its host has proven that end. */
export function provenEnd(
  { attempt }: EndingJob,
  decided: EndDecision,
  actor: string,
  { stopReport, removalReport, deadMsAgo }: Reports,
): Decision {
  if (!decided.ok) return decided;
  const { job, event, outcome, output, publications } = decided;
  return {
    ok: true,
    change: {
      after: job,
      line: { event, actor },
      attempt: { id: attempt.id, change: { outcome, output, publications, removalReport } },
      proof: { deadMsAgo, stopReport },
    },
  };
}
