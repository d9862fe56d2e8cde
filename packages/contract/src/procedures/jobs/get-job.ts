import { OUTPUTS, PROOFS, STEPS } from '@renderdeck/domain';
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
import { exampleJob } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const getJobInput = z.object({ id: jobIdSchema });
export type GetJobInput = z.infer<typeof getJobInput>;

/** What its host did to the processes of an attempt. Times in ms, by the host's own clock. */
export const stopReportSchema = z.object({
  processes: z.array(endedProcessSchema),
  survivors: z.array(survivorSchema),
  proof: z.enum(PROOFS).nullable(),
  firstSignalAt: instantSchema.nullable(),
  timeToDeadMs: z.number().nullable(),
  /** When no process was left, by the clock of the database. */
  endedAt: instantSchema.nullable(),
});

/** What its host did to the files of an attempt. */
export const removalReportSchema = z.object({
  files: z.int(),
  bytes: z.int(),
  leftovers: z.array(leftoverSchema),
  timeToCleanMs: z.number(),
});

/** One attempt of the job; the list has the newest first. */
export const attemptSchema = z.object({
  id: z.uuid(),
  number: z.int(),
  host: z.string(),
  outcome: z.string().nullable(),
  /** What nexrender does now, in its own words. */
  phase: z.string().nullable(),
  progress: z.number(),
  frame: z.int().nullable(),
  totalFrames: z.int().nullable(),
  /**
   * `none` before the second publish gate, `maybe` once output may be out, `published` once some is
   * on record.
   */
  output: z.enum(OUTPUTS),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /**
   * The steps that it has begun, oldest first, by the clock of the database. A step without an end
   * runs. Null where its worker, of an older version, tells no steps.
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
  /** What proved that no process of it is left; null where nothing has, or none was needed. */
  proof: z.enum(PROOFS).nullable(),
  /** What its host did to its processes and its files; null until it has said so. */
  stop: stopReportSchema.nullable(),
  removal: removalReportSchema.nullable(),
  /** When its host proved that no process of it runs. */
  confirmedAt: instantSchema.nullable(),
  /** Who declared its host gone, when and why. */
  declared: declarationSchema.nullable(),
  /** Why its host could prove nothing, as a sentence. */
  problem: z.string().nullable(),
  /** Processes seen in its tree, with their parents. */
  processes: z.array(z.object({ pid: z.int(), name: z.string(), parentPid: z.int() })),
  /** Usage of the last minutes, oldest first: CPU in percent of one core, memory in bytes. */
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
  /** When the job's host was last heard, null where no host has it. */
  hostLastHeardAt: instantSchema.nullable(),
  /** The nexrender job as submitted, secrets shown as •••. */
  nexrenderJob: z.unknown(),
  /** Where something of it is hidden, and what: `query key`, `by its name`. */
  hidden: z.array(hiddenPlaceSchema),
  /** The file of the template, without its path; null where the job names none. */
  template: z.string().nullable(),
  composition: z.string().nullable(),
  /** When its secrets were deleted; null where it has them still, or never had any. */
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
          hidden: [{ path: ['assets', 0, 'src'], kinds: ['query key'] }],
          template: 'intro.aep',
          composition: 'main',
        },
      },
    },
  },
} as const satisfies ProcedureSpec;
