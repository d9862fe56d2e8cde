import {
  createRedactor,
  HIDDEN,
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
  { job, secrets = [], rerunOf }: SubmitJobInput,
  rules: JobRules,
  mostValues: number,
): HiddenJob {
  const values = countValues(job);
  if (values > mostValues) {
    const may = `may have ${mostValues} (RENDERDECK_MAX_JOB_VALUES)`;
    const sentence = `job has ${values} values, and ${may}.`;
    throw refuse('job_refused', sentence, { field: 'job' });
  }
  const value: Json = JSON.parse(JSON.stringify(job));
  const named = resolveSecretPaths(value, secrets);
  const secretPaths = named.ok ? named.paths : [];
  const split = splitSecrets(value, secretPaths);
  const tooMuch = hidesTooMuch(split);
  if (tooMuch !== null) throw refuse('job_refused', `job ${tooMuch}`, { field: 'job' });
  const check = checkNexrenderJob(job, rules, anyHost);
  if (check.ok) return { secretPaths, shown: split.shown };
  const redact = createRedactor(value, textsOfSecrets(split.shown, split.secrets));
  // What a hidden secret of the old job says was checked when that job was submitted.
  const faults = check.faults.filter(
    ({ field }) => rerunOf === undefined || !isHiddenAt(value, field),
  );
  const [first] = faults;
  if (first === undefined) return { secretPaths, shown: split.shown };
  const fields = faults.map(({ field, sentence }) => ({ field, message: redact(sentence) }));
  throw refuse('job_refused', redact(first.sentence), { field: first.field, fields });
}

/** Whether the job holds only HIDDEN at a place such as `assets[0].src`. */
function isHiddenAt(job: Json, field: string): boolean {
  const found = resolveSecretPaths(job, [field]);
  if (!found.ok) return false;
  return found.paths.every((path) => valueAt(job, path) === HIDDEN);
}

function valueAt(job: Json, path: HiddenPlace['path']): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, step) : null,
    job,
  );
}

/** The fields of objects and the items of lists. A checked job has few levels. */
function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((count, one) => count + 1 + countValues(one), 0);
}
