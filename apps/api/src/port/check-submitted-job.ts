import { refuse } from '@renderdeck/contract';
import { anyHost, checkNexrenderJob, type JobRules } from '@renderdeck/render-host/job-rules';

export type { JobRules };

/**
 * Refuses, with the field named, a job that no host may render. What depends on the host is left to
 * it: it checks again.
 */
export function checkSubmittedJob(job: unknown, rules: JobRules): void {
  const check = checkNexrenderJob(job, rules, anyHost);
  if (!check.ok) throw refuse('job_refused', check.sentence, { field: check.field });
}
