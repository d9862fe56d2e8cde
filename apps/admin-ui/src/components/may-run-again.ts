import type { MeOutput, WireJob } from '@renderdeck/contract';

/** Whether the page offers to run a job again: it ended, and the user may. */
export function mayRunAgain(job: WireJob, { user, can }: MeOutput): boolean {
  return job.endedAt !== null && can.submit && (can.prioritise || job.submittedBy === user.name);
}
