import { PROOF_LIMIT_MS } from '@renderdeck/domain';
import type { WireCancelReceipt, WireJob } from './job.ts';

export type StatusLabel =
  | 'Queued'
  | 'Starting'
  | 'Rendering'
  | 'Stopping'
  | 'Stopped'
  | 'Not proven'
  | 'Finished'
  | 'Failed'
  | 'Unknown';

export { PROOF_LIMIT_MS };

/** The phases of a host before After Effects gets the job. */
const BEFORE_RENDER: ReadonlySet<string> = new Set(['preparing', 'downloading']);

/**
 * The page's word for a job's status, which ctl shows beside the API's word. A job is Stopped only
 * after the proof, and a job on a silent host is Unknown.
 */
export function statusLabel(
  job: Pick<WireJob, 'status' | 'progress' | 'phase' | 'receipt'>,
  hostSilent: boolean,
  nowMs: number,
): StatusLabel {
  switch (job.status) {
    case 'QUEUED':
      return 'Queued';
    case 'RENDERING':
      if (hostSilent) return 'Unknown';
      return job.progress === 0 && (job.phase === null || BEFORE_RENDER.has(job.phase))
        ? 'Starting'
        : 'Rendering';
    case 'CANCELLING':
      return job.receipt !== null && nowMs - Date.parse(job.receipt.requestedAt) >= PROOF_LIMIT_MS
        ? 'Not proven'
        : 'Stopping';
    case 'CANCELLED':
      return stoppedLabel(job.receipt);
    case 'COMPLETED':
      return 'Finished';
    case 'FAILED':
      return 'Failed';
  }
}

/**
 * The word for a CANCELLED job at the moment `atMs`, or now: Stopped after its proof, Not proven
 * before.
 */
export function stoppedLabel(
  receipt: Pick<WireCancelReceipt, 'outcome' | 'confirmedAt'> | null,
  atMs = Number.POSITIVE_INFINITY,
): 'Stopped' | 'Not proven' {
  if (receipt?.outcome !== 'cancelled') return 'Not proven';
  const { confirmedAt } = receipt;
  return confirmedAt === null || Date.parse(confirmedAt) <= atMs ? 'Stopped' : 'Not proven';
}
