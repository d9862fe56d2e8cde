import type { Job } from './job.ts';
import type { Rejection } from './rejection.ts';

/** What an admin's change makes of a waiting job. */
export type ChangeDecision =
  | { readonly ok: true; readonly noop: boolean; readonly job: Job }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Why an admin may not change this job: it does not wait, or the admin saw an older version. Null
 * if nothing is against it.
 */
export function refuseChange(job: Job, expectedVersion: number | null): Rejection | null {
  if (job.status !== 'QUEUED')
    return {
      code: 'notQueued',
      status: job.status,
      host: job.lease?.host ?? null,
      startedAt: job.startedAt,
      endedAt: job.endedAt,
    };
  if (expectedVersion === null || expectedVersion === job.version) return null;
  return {
    code: 'staleVersion',
    expected: expectedVersion,
    actual: job.version,
    priority: job.priority,
    change: null,
  };
}

/**
 * The job with other tags, or a no-op if it already has them. Rejected as a change of priority. The
 * tags must be those that readTags gives. The job keeps its place in the queue.
 */
export function decideSetTags(
  job: Job,
  tags: readonly string[],
  expectedVersion: number | null,
): ChangeDecision {
  const rejection = refuseChange(job, expectedVersion);
  if (rejection !== null) return { ok: false, rejection };
  if (job.tags.join() === tags.join()) return { ok: true, noop: true, job };
  return { ok: true, noop: false, job: { ...job, tags, version: job.version + 1 } };
}
