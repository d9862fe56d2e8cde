import type { Job, JobStatus, Lease, StopRequest } from '../src/index.ts';

export const AT = new Date('2026-03-01T12:00:00.000Z');
export const LATER = new Date('2026-03-01T12:05:00.000Z');
export const lease: Lease = {
  attemptId: 'a1',
  host: 'render-01',
  expiresAt: new Date('2026-03-01T12:00:30.000Z'),
};
export const request: StopRequest = {
  by: 'ada',
  at: LATER,
  channel: 'trpc',
  reason: 'wrong colours',
};

const queued: Job = {
  id: 'j1',
  name: 'Intro',
  status: 'QUEUED',
  priority: 50,
  tags: [],
  queueSeq: 7,
  version: 3,
  submittedBy: 'sam',
  createdAt: AT,
  startedAt: null,
  endedAt: null,
  attempts: 0,
  maxAttempts: 3,
  template: null,
  lease: null,
  output: 'none',
  stopRequest: null,
  awaitedHosts: [],
  failure: null,
  warnings: [],
};
const running: Partial<Job> = { startedAt: AT, attempts: 1, lease };

const BY_STATUS: Readonly<Record<JobStatus, Partial<Job>>> = {
  QUEUED: {},
  RENDERING: running,
  CANCELLING: { ...running, stopRequest: request },
  CANCELLED: { startedAt: AT, attempts: 1, stopRequest: request, endedAt: LATER },
  COMPLETED: { startedAt: AT, attempts: 1, output: 'published', endedAt: LATER },
  FAILED: { startedAt: AT, attempts: 1, failure: 'aerender failed.', endedAt: LATER },
};

/** A job as it is in that status, with the changes that the test needs. */
export function aJob(status: JobStatus, otherwise: Partial<Job> = {}): Job {
  return { ...queued, status, ...BY_STATUS[status], ...otherwise };
}
