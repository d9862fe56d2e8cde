import { createJobObject, type JobObject } from './job-object.ts';

/** The jobs of this process by attempt. Nobody else can open one: they have no names. */
const jobs = new Map<string, JobObject>();

/** A new job for this attempt, which `findLiveJob` finds until it is removed. */
export function openLiveJob(attemptId: string): JobObject {
  const job = createJobObject(undefined, () => jobs.delete(attemptId));
  jobs.set(attemptId, job);
  return job;
}

/** The job of this attempt; null where this process did not start it, or has proven its end. */
export function findLiveJob(attemptId: string): JobObject | null {
  return jobs.get(attemptId) ?? null;
}

/** All jobs of this process. */
export function listLiveJobs(): JobObject[] {
  return [...jobs.values()];
}
