import type { WireJob } from '@renderdeck/contract';

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

/** After this time, a stop without proof is shown as Not proven. */
export const PROOF_LIMIT_MS = 30_000;

/** The label of a job's status: Stopped needs proof, and a job on a silent host is Unknown. */
export function statusLabel(
  job: Pick<WireJob, 'status' | 'progress' | 'receipt'>,
  hostSilent: boolean,
  nowMs: number,
): StatusLabel {
  switch (job.status) {
    case 'QUEUED':
      return 'Queued';
    case 'RENDERING':
      if (hostSilent) return 'Unknown';
      return job.progress > 0 ? 'Rendering' : 'Starting';
    case 'CANCELLING':
      return job.receipt !== null && nowMs - Date.parse(job.receipt.requestedAt) >= PROOF_LIMIT_MS
        ? 'Not proven'
        : 'Stopping';
    case 'CANCELLED':
      return job.receipt?.outcome === 'cancelled' ? 'Stopped' : 'Not proven';
    case 'COMPLETED':
      return 'Finished';
    case 'FAILED':
      return 'Failed';
  }
}
