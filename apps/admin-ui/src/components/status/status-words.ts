import type { JobStatus } from '@renderdeck/contract';

/** The page's word for each status of the API, for a choice; a row may say more than that. */
export const STATUS_WORDS: Readonly<Record<JobStatus, string>> = {
  QUEUED: 'Queued',
  RENDERING: 'Rendering',
  CANCELLING: 'Stopping',
  CANCELLED: 'Stopped or not proven',
  COMPLETED: 'Finished',
  FAILED: 'Failed',
};
