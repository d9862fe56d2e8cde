import { OUTPUTS, PROOFS } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { declarationSchema, jobIdSchema, jobSchema } from './job.ts';

export const getJobInput = z.object({ id: jobIdSchema });
export type GetJobInput = z.infer<typeof getJobInput>;

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
  /** What proved that no process of it is left; null where nothing has, or none was needed. */
  proof: z.enum(PROOFS).nullable(),
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

export const getJobOutput = z.object({
  job: jobSchema,
  attempts: z.array(attemptSchema),
  /** When the job's host was last heard, null where no host has it. */
  hostLastHeardAt: instantSchema.nullable(),
  /** The nexrender job as submitted, secrets shown as •••. */
  nexrenderJob: z.unknown(),
  /** When its secrets were deleted; null where it has them still, or never had any. */
  secretsDeletedAt: instantSchema.nullable(),
});
export type GetJobOutput = z.infer<typeof getJobOutput>;
