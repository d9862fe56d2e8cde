export const JOB_STATUSES = [
  'QUEUED',
  'RENDERING',
  'CANCELLING',
  'CANCELLED',
  'COMPLETED',
  'FAILED',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** One sentence for each status: who put the job there and what follows. */
export const STATUS_MEANING: Readonly<Record<JobStatus, string>> = {
  QUEUED: 'Waits for a worker to claim it; has a place in the queue.',
  RENDERING: 'A worker holds its lease and owns its processes.',
  CANCELLING: 'An admin asked to stop it; its worker has not yet proven that nothing of it runs.',
  CANCELLED: 'An admin stopped it; its receipt says whether every attempt is proven to have ended.',
  COMPLETED: 'It rendered to its end, and all that it was to publish is out.',
  FAILED: 'nexrender failed, a limit was passed, or every attempt was lost.',
};

const FINAL: readonly JobStatus[] = ['CANCELLED', 'COMPLETED', 'FAILED'];

/** True for the status of a job that has ended. Only a late completion leaves one: FAILED. */
export function isFinal(status: JobStatus): boolean {
  return FINAL.includes(status);
}

/** True while the job waits in the queue, also after an attempt was given back or lost. */
export function isQueued(status: JobStatus): boolean {
  return status === 'QUEUED';
}

/** True while a stop is requested and not yet proven. */
export function isStopping(status: JobStatus): boolean {
  return status === 'CANCELLING';
}

/** How a job came to its final status; null if the status is not final. */
export function endOf(status: JobStatus): 'stopped' | 'finished' | 'failed' | null {
  switch (status) {
    case 'CANCELLED':
      return 'stopped';
    case 'COMPLETED':
      return 'finished';
    case 'FAILED':
      return 'failed';
    case 'QUEUED':
    case 'RENDERING':
    case 'CANCELLING':
      return null;
  }
}

/** True while a worker owns the job: it has a lease, and processes may exist. */
export function isRunning(status: JobStatus): boolean {
  return status === 'RENDERING' || status === 'CANCELLING';
}

/** An object with one value for each status of a job. */
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
