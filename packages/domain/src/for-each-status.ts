import type { JobStatus } from './job-status.ts';

/** Gives a value for each status of a job. */
export function forEachStatus<Value>(
  give: (status: JobStatus) => Value,
): Readonly<Record<JobStatus, Value>> {
  return {
    QUEUED: give('QUEUED'),
    RENDERING: give('RENDERING'),
    CANCELLING: give('CANCELLING'),
    CANCELLED: give('CANCELLED'),
    COMPLETED: give('COMPLETED'),
    FAILED: give('FAILED'),
  };
}
