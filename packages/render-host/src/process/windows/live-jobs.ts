import { createJobObject, type JobObject } from './job-object.ts';

/** The jobs of this process by attempt. No other process can open them: they have no names. */
const jobs = new Map<string, JobObject>();

/** Makes a job for this attempt. `findLiveJob` finds it until it is removed. */
export function openLiveJob(attemptId: string): JobObject {
  const job = createJobObject(undefined, () => jobs.delete(attemptId));
  jobs.set(attemptId, job);
  return job;
}

/** The job of this attempt; null when this process did not start it or has proven its end. */
export function findLiveJob(attemptId: string): JobObject | null {
  return jobs.get(attemptId) ?? null;
}

export function listLiveJobs(): JobObject[] {
  return [...jobs.values()];
}
