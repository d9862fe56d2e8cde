import {
  createRedactor,
  type HiddenPlace,
  hidesTooMuch,
  type Json,
  refuse,
  resolveSecretPaths,
  type SubmitJobInput,
  splitSecrets,
  textsOfSecrets,
} from '@renderdeck/contract';
import { anyHost, checkNexrenderJob, type JobRules } from '@renderdeck/render-host/job-rules';

export type { JobRules };

export type HiddenJob = {
  /** The paths of the values that the submitter named as secret. */
  readonly secretPaths: readonly HiddenPlace['path'][];
  /** The job without its secrets. */
  readonly shown: Json;
};

/**
 * Refuses a job that no host may render, with a sentence that names the field and shows no secret.
 * The host checks the job again, with facts that only the host knows. Returns the part of the job
 * that everyone may see.
 */
export function checkSubmittedJob(
  { job, secrets = [] }: SubmitJobInput,
  rules: JobRules,
): HiddenJob {
  const value: Json = JSON.parse(JSON.stringify(job));
  const named = resolveSecretPaths(value, secrets);
  const secretPaths = named.ok ? named.paths : [];
  const split = splitSecrets(value, secretPaths);
  const tooMuch = hidesTooMuch(split);
  if (tooMuch !== null) throw refuse('job_refused', `job ${tooMuch}`, { field: 'job' });
  const check = checkNexrenderJob(job, rules, anyHost);
  if (check.ok) return { secretPaths, shown: split.shown };
  const redact = createRedactor(value, textsOfSecrets(split.shown, split.secrets));
  throw refuse('job_refused', redact(check.sentence), { field: check.field });
}
