import type { MeOutput, WireJob } from '@renderdeck/contract';

/** Which dialog to open about which job. Only a user's action opens one, never a link. */
export type JobDialogRequest = {
  readonly dialog: 'stop' | 'receipt' | 'priority' | 'rerun';
  readonly jobId: string;
};
export type OpenJobDialog = (request: JobDialogRequest) => void;

/** Moves focus to the job's button, else to its link, else to the page's heading. */
export function focusJob(id: string): void {
  const row = document.querySelector(`[data-job="${id}"]`);
  const target =
    row?.querySelector<HTMLElement>('button') ??
    row?.querySelector<HTMLElement>('a') ??
    document.querySelector<HTMLElement>('h1');
  target?.focus({ preventScroll: row === null });
}

/** Whether the page offers to run a job again: it ended, and the user may. */
export function mayRunAgain(job: WireJob, me: MeOutput): boolean {
  return job.endedAt !== null && mayRerunOrder(job, me);
}

/** Whether the user may queue the order of this job, with its secrets. */
export function mayRerunOrder(job: WireJob, { user, can }: MeOutput): boolean {
  return can.submit && (can.prioritise || job.submittedBy === user.name);
}
