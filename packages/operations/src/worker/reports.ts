import type { Job, RemovalReport, StopReport } from '@renderdeck/domain';
import { type Database, findAttempt } from '@renderdeck/store';

/** What the host did: to the processes, to the files. */
export type Reports = {
  readonly stopReport: StopReport;
  readonly removalReport: RemovalReport | null;
};

/**
 * The stop report with its time counted from the request: the database's time from the request to
 * its delivery, and from there the host's own, so that the two clocks never meet. Unknown where the
 * delivery is not on record.
 */
export async function sinceRequest(
  tx: Database,
  job: Job,
  attemptId: string,
  report: StopReport,
): Promise<StopReport> {
  const delivered = (await findAttempt(tx, attemptId))?.stopDeliveredAt;
  if (!job.stopRequest || !delivered || report.timeToDeadMs === null) return report;
  const deliveryMs = Math.max(0, delivered.getTime() - job.stopRequest.at.getTime());
  return { ...report, timeToDeadMs: Math.round(deliveryMs + report.timeToDeadMs) };
}
