import { MEASURE_RANGES } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';

export const getMeasuresInput = z.object({
  range: z
    .enum(MEASURE_RANGES, { error: `A range is one of ${MEASURE_RANGES.join(', ')}.` })
    .default('24h'),
});
export type GetMeasuresInput = z.infer<typeof getMeasuresInput>;

/** A percentile is a bound that this part of the times did not exceed; null where there is none. */
const percentilesSchema = z.object({
  count: z.int(),
  medianMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
});
const endedSchema = z.object({
  completed: z.int(),
  failed: z.int(),
  stopped: z.int(),
  lost: z.int(),
  released: z.int(),
  hostFailed: z.int(),
});
/** `notProven`: asked for more than 30 s ago, and not proven. A proof that comes later counts. */
const stopCountsSchema = z.object({ asked: z.int(), proven: z.int(), notProven: z.int() });

/**
 * What the farm did, in all and per step. It stays when jobs are deleted. Times are by the clock of
 * the database, but those to dead and to clean, which are by the clock of the host.
 */
export const getMeasuresOutput = z.object({
  range: z.enum(MEASURE_RANGES),
  /** When it was counted. */
  at: instantSchema,
  from: instantSchema,
  /** The end of the running hour: the last step is not over. */
  to: instantSchema,
  /** An hour or 24 hours; each list of steps begins at `from`. */
  stepMs: z.int(),
  /** From the submission of a job to its first claim, in the hour of the claim. */
  waiting: percentilesSchema.extend({ steps: z.array(percentilesSchema) }),
  /** Attempts by outcome, in the hour of their end. */
  ended: endedSchema.extend({ steps: z.array(endedSchema) }),
  /** Cancels of jobs that a host may have run, in the hour in which they were asked for. */
  stops: stopCountsSchema.extend({
    askToProof: percentilesSchema,
    timeToDead: percentilesSchema,
    timeToClean: percentilesSchema,
    steps: z.array(stopCountsSchema.extend({ askToProof: percentilesSchema })),
  }),
  hosts: z.array(
    z.object({
      host: z.string(),
      /** As the host has them now; null where no host has this name any more. */
      slots: z.int().nullable(),
      /** From claim to end of its attempts, added up over its slots. */
      busyMs: z.number(),
      /** Of the time of all its slots, 0 to 1. */
      use: z.number().nullable(),
      busyMsByStep: z.array(z.number()),
    }),
  ),
});
export type GetMeasuresOutput = z.infer<typeof getMeasuresOutput>;
