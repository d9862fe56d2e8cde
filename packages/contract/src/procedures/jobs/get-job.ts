import { NO_PICTURE, OUTPUTS, PROOFS, STEPS } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import {
  declarationSchema,
  endedProcessSchema,
  jobIdSchema,
  jobSchema,
  leftoverSchema,
  survivorSchema,
} from '../../jobs/job.ts';
import { outputSchema } from '../../jobs/output.ts';
import { EXAMPLE_JOB_ID, exampleJob } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { pictureSchema } from './list-pictures.ts';
import { jobWarningsSchema } from './submit-job.ts';

export const getJobInput = z.object({ id: jobIdSchema });
export type GetJobInput = z.infer<typeof getJobInput>;

/** What the host did to the processes of an attempt. Times are in ms, by the host's own clock. */
export const stopReportSchema = z.object({
  processes: z.array(endedProcessSchema),
  survivors: z.array(survivorSchema),
  proof: z.enum(PROOFS).nullable(),
  firstSignalAt: instantSchema.nullable(),
  timeToDeadMs: z.number().nullable(),
  /** When no process was left, by the clock of the database. */
  endedAt: instantSchema.nullable(),
});

/** What the host did to the files of an attempt. */
export const removalReportSchema = z.object({
  files: z.int(),
  bytes: z.int(),
  leftovers: z.array(leftoverSchema),
  timeToCleanMs: z.number(),
});

/** One attempt of the job. The list has the newest first. */
export const attemptSchema = z.object({
  id: z.uuid(),
  number: z.int(),
  host: z.string(),
  outcome: z.string().nullable(),
  /** What nexrender does now, in nexrender's words. */
  phase: z.string().nullable(),
  progress: z.number(),
  frame: z.int().nullable(),
  totalFrames: z.int().nullable(),
  /**
   * `none` before the second publish gate, `maybe` when output may be out, `published` when output
   * is on record.
   */
  output: z.enum(OUTPUTS),
  /** What it has published, in order. Unset if the server has an older version. */
  outputs: z.array(outputSchema).optional(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /**
   * The steps that began, oldest first, by the clock of the database. A step without an end is
   * still running. Null if the worker has an older version, which reports no steps.
   */
  steps: z
    .array(
      z.object({
        name: z.enum(STEPS),
        startedAt: instantSchema,
        endedAt: instantSchema.nullable(),
      }),
    )
    .nullable(),
  /**
   * How many of the sources that the attempt downloads came from the cache of its host, and their
   * bytes. Null on a host without a cache, and before the downloads begin.
   */
  cachedSources: z.object({ sources: z.int(), cached: z.int(), bytes: z.int() }).nullable(),
  /**
   * How it was proven that no process of the attempt is left; null if nothing is proven or no proof
   * was needed.
   */
  proof: z.enum(PROOFS).nullable(),
  /** What the host did to the processes and files; null until the host has reported it. */
  stop: stopReportSchema.nullable(),
  removal: removalReportSchema.nullable(),
  /** When the host proved that no process of the attempt runs. */
  confirmedAt: instantSchema.nullable(),
  /** Who declared the host gone, when and why. */
  declared: declarationSchema.nullable(),
  /** Why the host could not prove the end, as a sentence. */
  problem: z.string().nullable(),
  /** The processes seen in the tree, with their parents. */
  processes: z.array(z.object({ pid: z.int(), name: z.string(), parentPid: z.int() })),
  /** The usage of the last minutes, oldest first: CPU in percent of one core, memory in bytes. */
  usage: z.array(
    z.object({
      at: instantSchema,
      cpuPercent: z.number(),
      memoryBytes: z.number(),
      processes: z.int(),
    }),
  ),
});
export type WireAttempt = z.infer<typeof attemptSchema>;

const hiddenPlaceSchema = z.object({
  path: z.array(z.union([z.string(), z.int()])),
  kinds: z.array(z.string()),
});

export const getJobOutput = z.object({
  job: jobSchema,
  attempts: z.array(attemptSchema),
  /** When the host of the job was last heard; null if no host has the job. */
  hostLastHeardAt: instantSchema.nullable(),
  /** The nexrender job as submitted, with secrets shown as •••. */
  nexrenderJob: z.unknown(),
  warnings: jobWarningsSchema,
  /** The newest picture of what the job renders; null if there is none. */
  picture: pictureSchema.nullable(),
  /** Why there is no picture, as a sentence; null if there is one. */
  noPicture: z.string().nullable(),
  /**
   * What is out for certain, in order: final paths of outputs, and names of modules that leave the
   * host.
   */
  published: z.array(z.string()),
  /**
   * The uid of the job in /api/v1: the chosen one, or its id. Null if a job that runs this one
   * again has taken it over.
   */
  uid: z.string().nullable(),
  /** The places where something is hidden, and the kinds of secrets: `query key`, `by its name`. */
  hidden: z.array(hiddenPlaceSchema),
  /** The file name of the template, without its path; null if the job names none. */
  template: z.string().nullable(),
  composition: z.string().nullable(),
  /** When the secrets were deleted; null if the job still has them or never had any. */
  secretsDeletedAt: instantSchema.nullable(),
});
export type GetJobOutput = z.infer<typeof getJobOutput>;

export const getJob = {
  action: 'getJob',
  input: getJobInput,
  output: getJobOutput,
  rest: {
    method: 'GET',
    path: '/jobs/:id',
    tag: 'jobs',
    summary: 'Show a job',
    description:
      'With its attempts and what their hosts reported of processes and files. ' +
      'ETag is its version: with `If-Match`, a later change of the priority is refused where ' +
      'somebody was quicker.',
    special: 'ETag',
    errors: ['job_not_found'],
    example: {
      answers: {
        200: {
          job: exampleJob,
          attempts: [],
          hostLastHeardAt: null,
          warnings: [],
          picture: null,
          noPicture: NO_PICTURE.notStarted,
          published: [],
          uid: EXAMPLE_JOB_ID,
          hidden: [{ path: ['assets', 0, 'src'], kinds: ['query key'] }],
          template: 'intro.aep',
          composition: 'main',
        },
      },
    },
  },
} as const satisfies ProcedureSpec;
