import { refuse } from '@renderdeck/contract';
import { anyHost, checkNexrenderJob, type JobRules } from '@renderdeck/render-host/job-rules';

export type { JobRules };

/**
 * Refuses a job that no host may render, and names the field. The host checks again, with what
 * only the host knows.
 */
export function checkSubmittedJob(job: unknown, rules: JobRules): void {
  const check = checkNexrenderJob(job, rules, anyHost);
  if (!check.ok) throw refuse('job_refused', check.sentence, { field: check.field });
}
