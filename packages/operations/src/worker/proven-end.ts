import type { EndDecision } from '@renderdeck/domain';
import type { Decision, EndingJob } from './own-job.ts';
import type { Reports } from './reports.ts';

/**
 * Stands for the time of the end where the statement that saves it sets it: so many ms ago, as the
 * host says, by the database's clock.
 */
export const SET_BY_DATABASE = new Date(0);

/** The change that saves the end of an attempt which its host has proven. */
export function provenEnd(
  { attempt }: EndingJob,
  decided: EndDecision,
  actor: string,
  { stopReport, removalReport, deadMsAgo }: Reports,
): Decision {
  if (!decided.ok) return decided;
  const { job, event, outcome, output } = decided;
  return {
    ok: true,
    change: {
      after: job,
      line: { event, actor },
      attempt: { id: attempt.id, change: { outcome, output, removalReport } },
      proof: { deadMsAgo, stopReport },
    },
  };
}
