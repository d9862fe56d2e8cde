import type { Job, RemovalReport, StopReport } from '@renderdeck/domain';
import type { AttemptRow } from '@renderdeck/store';

/** What the host did with the processes and the files of an attempt. */
export type Reports = {
  readonly stopReport: StopReport;
  readonly removalReport: RemovalReport | null;
};

/**
 * Returns the stop report with the time to dead counted from the stop request: by the database
 * clock until its delivery, then by the host's clock, so that the two clocks are never compared.
 * Without a saved delivery, the report stays as it is.
 */
export function sinceRequest(
  job: Job,
  { stopDeliveredAt }: Pick<AttemptRow, 'stopDeliveredAt'>,
  report: StopReport,
): StopReport {
  if (!job.stopRequest || !stopDeliveredAt || report.timeToDeadMs === null) return report;
  const deliveryMs = Math.max(0, stopDeliveredAt.getTime() - job.stopRequest.at.getTime());
  return { ...report, timeToDeadMs: Math.round(deliveryMs + report.timeToDeadMs) };
}
