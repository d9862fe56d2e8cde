import type { CancelReceipt, JobView } from '@renderdeck/domain';
import type { WireCancelReceipt, WireJob } from './job.ts';

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** Gives a job as every client reads it: over tRPC, REST and the live stream. */
export function wireJob({ job, position, progress, host, receipt }: JobView): WireJob {
  return {
    id: job.id,
    name: job.name,
    status: job.status,
    priority: job.priority,
    position,
    version: job.version,
    progress,
    attempt: job.attempts === 0 ? null : job.attempts,
    host,
    submittedBy: job.submittedBy,
    createdAt: job.createdAt.toISOString(),
    startedAt: iso(job.startedAt),
    endedAt: iso(job.endedAt),
    failure: job.failure,
    receipt: receipt === null ? null : wireReceipt(receipt),
  };
}

function wireReceipt(receipt: CancelReceipt): WireCancelReceipt {
  return {
    ...receipt,
    requestedAt: receipt.requestedAt.toISOString(),
    deliveredAt: iso(receipt.deliveredAt),
    confirmedAt: iso(receipt.confirmedAt),
    processes: [...receipt.processes],
    survivors: [...receipt.survivors],
    files: { ...receipt.files, leftovers: [...receipt.files.leftovers] },
  };
}
