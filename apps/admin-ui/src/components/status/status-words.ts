import { endOf, type JobStatus, stoppedLabel, type WireJob } from '@renderdeck/contract';

export type Receipt = WireJob['receipt'];

/** The page's word for each status of the API, in a list of choices. A row may say more. */
const STATUS_WORDS: Readonly<Record<JobStatus, string>> = {
  QUEUED: 'Queued',
  RENDERING: 'Rendering',
  CANCELLING: 'Stopping',
  CANCELLED: 'Stopped or not proven',
  COMPLETED: 'Finished',
  FAILED: 'Failed',
};

/** The page's word for the status of one job at a moment. `receipt`: what is known of it now. */
export function statusWordAt(status: JobStatus, at: string, receipt: Receipt): string {
  return endOf(status) === 'stopped' ? stoppedLabel(receipt, Date.parse(at)) : STATUS_WORDS[status];
}
