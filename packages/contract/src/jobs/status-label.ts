import { endOf } from '@renderdeck/domain';
import { describeStop, type StopLabel } from './describe-stop.ts';
import type { WireCancelReceipt, WireJob } from './job.ts';

export type StatusLabel = 'Queued' | 'Starting' | 'Rendering' | StopLabel | 'Failed' | 'Unknown';

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
      return job.receipt === null ? 'Stopping' : describeStop(job.receipt, nowMs).label;
    case 'CANCELLED':
      return stoppedLabel(job.receipt);
    case 'COMPLETED':
      return 'Finished';
    case 'FAILED':
      return 'Failed';
  }
}

/** The status for people: its label, and whether a complete job published nothing. */
export function statusText(
  job: Parameters<typeof statusLabel>[0] & Pick<WireJob, 'output'>,
  hostSilent: boolean,
  nowMs: number,
): string {
  return endOf(job.status) === 'finished' ? finishedText(job) : statusLabel(job, hostSilent, nowMs);
}

/** The status of a complete job for people. */
export function finishedText({ output }: Pick<WireJob, 'output'>): string {
  const label: StatusLabel = 'Finished';
  return output === 'none' ? `${label}, nothing published` : label;
}

/**
 * The word for a CANCELLED job at the moment `atMs`, or now: Stopped after its proof, Not proven
 * before.
 */
export function stoppedLabel(
  receipt: WireCancelReceipt | null,
  atMs = Number.POSITIVE_INFINITY,
): StopLabel {
  if (receipt === null) return 'Not proven';
  const { confirmedAt } = receipt;
  const isProvenLater = confirmedAt !== null && Date.parse(confirmedAt) > atMs;
  return isProvenLater ? 'Not proven' : describeStop(receipt, atMs).label;
}
