import {
  type Json,
  LIMIT_BOUNDS,
  NEXRENDER_UID,
  PRIORITY,
  resolveSecretPaths,
  SECRET_PATH_LENGTH,
  SECRET_PATHS_LIMIT,
  SECRET_PLACES_LIMIT,
} from '@renderdeck/domain';
import { z } from 'zod';
import { jobIdSchema, jobSchema, prioritySchema } from '../../jobs/job.ts';
import { nexrenderJobSchema } from '../../nexrender-job.ts';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
import { warnOfJob } from '../../warnings/warn-of-job.ts';
import { callbackSecretSchema, webhookAddressSchema } from '../../webhooks/webhook.ts';
import { exampleJob } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

function limit(what: string, { min, max }: { readonly min: number; readonly max: number }) {
  const error = `${what} is a whole number of milliseconds from ${min} to ${max}.`;
  return z.int({ error }).min(min, { error }).max(max, { error }).exactOptional();
}

const KEY = 'An idempotency key has 1 to 200 characters without spaces around it, such as a UUID.';

/** If a user or token repeats a submission with the same key, it gets the first job again. */
export const idempotencyKeySchema = z
  .string({ error: KEY })
  .regex(/^[!-~](?:[ -~]{0,198}[!-~])?$/, { error: KEY });

/** Each uid belongs to one job of the farm, so that clients of nexrender-server find the job. */
const UID = 'A uid has 1 to 64 letters, digits, _ and -.';
export const uidSchema = z.string({ error: UID }).regex(NEXRENDER_UID, { error: UID });

/**
 * Limits of this job's watchdog; for an unset limit the host's limit is used. A render over a limit
 * is stopped: FAILED.
 */
export const jobLimitsSchema = z.strictObject(
  {
    launchMs: limit('launchMs', LIMIT_BOUNDS.launchMs),
    stallMs: limit('stallMs', LIMIT_BOUNDS.stallMs),
    totalMs: limit('totalMs', LIMIT_BOUNDS.totalMs),
  },
  { error: 'limits has launchMs, stallMs and totalMs, all of them optional.' },
);

const PATH = `A path has 1 to ${SECRET_PATH_LENGTH} characters, such as assets.0.value.`;
const PATHS = `secrets is a list of at most ${SECRET_PATHS_LIMIT} paths into the job.`;

/** Values of the job that are hidden in addition to those that the farm recognises as secrets. */
export const secretPathsSchema = z
  .array(
    z
      .string({ error: PATH })
      .min(1, { error: PATH })
      .max(SECRET_PATH_LENGTH, { error: PATH, abort: true }),
    { error: PATHS },
  )
  .max(SECRET_PATHS_LIMIT, { error: PATHS, abort: true });

const CALLBACK = 'callback has url, and a secret if you choose it yourself.';

/** Where the end of a job is told, by a message as webhooks get it. */
export const callbackSchema = z.strictObject(
  { url: webhookAddressSchema, secret: callbackSecretSchema.optional() },
  { error: CALLBACK },
);

const OWN_SECRET =
  'With a uid, give the callback a secret of your own: anybody may repeat the submission, so no ' +
  'answer can show a secret that was made.';
const ONE_KEY = 'Send uid or an idempotency key: with either one a submission can be repeated.';

/** The fields of a submission. submitJobInput also compares the fields with each other. */
export const submitJobFields = z.object({
  job: nexrenderJobSchema,
  priority: prioritySchema.default(PRIORITY.default),
  /** The name for people. Default: the composition and the file name of the template. */
  name: z
    .string({ error: 'A name is text.' })
    .trim()
    .min(1, { error: 'A name is not empty.' })
    .max(200, { error: 'A name has at most 200 characters.' })
    .refine(isStorable, { error: NOT_STORABLE })
    .optional(),
  limits: jobLimitsSchema.optional(),
  secrets: secretPathsSchema.optional().meta({
    description:
      'Paths of values of the job that nobody but its host may read: `assets.0.value`, ' +
      '`assets.*.params.sku`; `*` is any key or index. They are hidden beside the secrets that ' +
      'the farm knows by name and form. A path that leads nowhere is refused, and so are paths ' +
      `that name more than ${SECRET_PLACES_LIMIT} values.`,
  }),
  callback: callbackSchema.optional().meta({
    description:
      'When the job ends, this address gets a signed message as a webhook for `ended` gets it, ' +
      'tried for a day: docs/webhooks.md. Without a `secret` one is made, which the answer shows.',
  }),
  rerunOf: jobIdSchema.optional().meta({
    description:
      'The job that this one is an edited copy of: `rerunOf` and `rerunBy` link the two, and ' +
      'unset limits are those of that job. A submitter may name its own jobs, an admin any. ' +
      'Where the copy still holds ••• and its part of the job (template, asset, action) is as it ' +
      'was, it gets the secret of that job; elsewhere ••• is refused.',
  }),
  idempotencyKey: idempotencyKeySchema.optional(),
  uid: uidSchema.optional().meta({
    description:
      'A name of the job that is its own in this farm, for clients of /api/v1. The same ' +
      'submission again with it, by anybody, gives the first job and queues nothing.',
  }),
});
export const submitJobInput = submitJobFields.superRefine((submission, ctx) => {
  const { job, secrets = [], uid, idempotencyKey, callback } = submission;
  if (uid !== undefined && callback !== undefined && callback.secret === undefined)
    ctx.addIssue({ code: 'custom', path: ['callback', 'secret'], message: OWN_SECRET });
  if (uid !== undefined && idempotencyKey !== undefined)
    ctx.addIssue({ code: 'custom', path: ['uid'], message: ONE_KEY });
  const value: Json = JSON.parse(JSON.stringify(job));
  const resolved = resolveSecretPaths(value, secrets);
  if (resolved.ok) return;
  ctx.addIssue({ code: 'custom', path: ['secrets', resolved.index], message: resolved.sentence });
});
export type SubmitJobInput = z.infer<typeof submitJobInput>;
/** What the nexrender job may not do as it says, as sentences for its submitter. */
export const jobWarningsSchema = z.array(z.string()).meta({
  description:
    'What the nexrender job may not do as it says: fields without an effect, an output that ' +
    'nobody will see. Never a secret. `job.warnings` has what happened since.',
});
export const submitJobOutput = z.object({
  job: jobSchema,
  warnings: jobWarningsSchema,
  callback: z
    .object({ secret: z.string() })
    .exactOptional()
    .meta({
      description:
        'The secret that was made for the callback. No other answer shows it, except to the same ' +
        'submission again with its Idempotency-Key.',
    }),
});
export type SubmitJobOutput = z.infer<typeof submitJobOutput>;

const submission: SubmitJobInput = {
  job: { template: { src: 'file:///C:/projects/intro.aep', composition: 'main' } },
  priority: 50,
  name: 'Intro',
};

export const submitJob = {
  action: 'submitJob',
  input: submitJobInput,
  output: submitJobOutput,
  rest: {
    method: 'POST',
    path: '/jobs',
    tag: 'jobs',
    summary: 'Submit a nexrender job',
    description:
      'Location names the new job. With an `Idempotency-Key` the same submission again, by ' +
      'the same user or token, gives the first job and queues nothing.',
    status: 201,
    special: 'headers',
    errors: [
      'job_refused',
      'address_refused',
      'priority_too_high',
      'not_your_job',
      'job_not_found',
      'idempotency_key_reused',
      'uid_taken',
      'body_too_large',
      'unsupported_media_type',
    ],
    example: {
      body: submission,
      answers: {
        201: { success: true, job: exampleJob, warnings: [...warnOfJob(submission.job)] },
      },
    },
  },
} as const satisfies ProcedureSpec;
