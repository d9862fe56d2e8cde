import { forEachStatus, type ListJobsOutput, type WireJob } from '@renderdeck/contract';

/** A list that holds this one of three queued jobs. */
export function listOf(job: WireJob, at: string): ListJobsOutput {
  const counts = { rendering: 0, cancelling: 0, queued: 3, unconfirmed: 0, open: 0 };
  const byStatus = forEachStatus((status) => (status === job.status ? 3 : 0));
  return {
    jobs: [job],
    nextCursor: null,
    previousCursor: null,
    counts: { ...counts, byStatus },
    matching: { count: 1, capped: false },
    at,
  };
}
