import type { WireJob } from '@renderdeck/contract';

export type StatusWord =
  | 'Queued'
  | 'Starting'
  | 'Rendering'
  | 'Stopping'
  | 'Stopped'
  | 'Not proven'
  | 'Finished'
  | 'Failed'
  | 'Unknown';

/** From here on a stop without proof is called Not proven. */
export const PROOF_LIMIT_MS = 30_000;

/** The word for a job's status: Stopped is said only of what is proven, and of a silent host nothing is known. */
export function statusWord(
  job: Pick<WireJob, 'status' | 'progress' | 'receipt'>,
  hostSilent: boolean,
  nowMs: number,
): StatusWord {
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
      return job.receipt?.outcome === 'unconfirmed' ? 'Not proven' : 'Stopped';
    case 'COMPLETED':
      return 'Finished';
    case 'FAILED':
      return 'Failed';
  }
}
