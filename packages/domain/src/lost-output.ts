import type { AttemptReport } from './attempt-report.ts';
import { listOf, type Of, object, TEXT, TIME, YES_OR_NO } from './shape.ts';
import { provesEnd } from './stop-report.ts';

const LOST_OUTPUT = object({
  jobId: TEXT,
  attemptId: TEXT,
  /** The final paths of its outputs, and the names of its modules that leave the host. */
  outputs: listOf(TEXT),
  /** False if the outputs may be out, and nobody knows more. */
  isSure: YES_OR_NO,
  /** When the host told it, by the database's clock. */
  at: TIME,
});
export const LOST_OUTPUTS = listOf(LOST_OUTPUT);
/**
 * What an ended attempt had put out, of a job that a failover or a restore of the database lost.
 * The database has no job for it any more, so its host keeps it.
 */
export type LostOutput = Of<typeof LOST_OUTPUT>;

/**
 * What a host tells of an attempt whose job the database does not know. Null if it put nothing out,
 * or has not ended yet.
 */
export function lostOutputOf(report: AttemptReport): Omit<LostOutput, 'at'> | null {
  const { jobId, attemptId, output, publications, stopReport } = report;
  if (output === 'none' || !provesEnd(stopReport)) return null;
  const outputs = (publications ?? [])
    .filter(({ state }) => state !== 'skipped')
    .map(({ what }) => what);
  return { jobId, attemptId, outputs, isSure: output === 'published' };
}
