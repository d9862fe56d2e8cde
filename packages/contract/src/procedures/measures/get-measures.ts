import { MEASURE_RANGES } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import type { ProcedureSpec } from '../spec.ts';

export const getMeasuresInput = z.object({
  range: z
    .enum(MEASURE_RANGES, { error: `A range is one of ${MEASURE_RANGES.join(', ')}.` })
    .default('24h'),
});
export type GetMeasuresInput = z.infer<typeof getMeasuresInput>;

/**
 * A percentile is a bound that this part of the times did not exceed; null if there are no times.
 */
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
/** `oldestMs`: how long the oldest waiting job waits; null if none waits. */
const queueNow = { waiting: z.int(), oldestMs: z.number().nullable() };
const queueStepSchema = z.object({
  waiting: z.int().nullable(),
  oldestMs: z.number().nullable(),
});
/** `notProven`: requested more than 30 s ago and not proven. A later proof counts. */
const stopCountsSchema = z.object({ asked: z.int(), proven: z.int(), notProven: z.int() });

/**
 * What the farm did, in total and per step. The measures stay when jobs are deleted. Times are by
 * the clock of the database; only the times to dead and to clean are by the clock of the host.
 */
export const getMeasuresOutput = z.object({
  range: z.enum(MEASURE_RANGES),
  /** When the measures were counted. */
  at: instantSchema,
  from: instantSchema,
  /** The end of the current hour, so the last step is not complete. */
  to: instantSchema,
  /** An hour or 24 hours. Each list of steps begins at `from`. */
  stepMs: z.int(),
  /** From the submission of a job to its first claim, counted in the hour of the claim. */
  waiting: percentilesSchema.extend({
    steps: z.array(percentilesSchema),
    /**
     * The same with the jobs that wait now for their first claim, by the time so far: the first
     * 10,000 of the queue.
     */
    withQueued: percentilesSchema,
  }),
  /** The queue now, and its samples, one a minute for 8 days. */
  queue: z.object({
    ...queueNow,
    /** The median number of waiting jobs at this hour on the 7 days before; null: not known. */
    usual: z.int().nullable(),
    stepMs: z.int(),
    /** The most of each step; null if there is no sample. The steps begin at `from`. */
    steps: z.array(queueStepSchema),
  }),
  /** Attempts by outcome, counted in the hour of their end. */
  ended: endedSchema.extend({ steps: z.array(endedSchema) }),
  /** The same for the last 7 days, whatever the range is. */
  endedIn7Days: endedSchema,
  /**
   * Why jobs failed: the five most frequent reasons of the newest 1,000 failed jobs, each with its
   * hosts. A reason is a failure without its names, paths and numbers.
   */
  reasons: z.array(
    z.object({
      reason: z.string(),
      count: z.int(),
      hosts: z.array(z.object({ host: z.string(), count: z.int() })),
    }),
  ),
  /** Cancels of jobs that a host may have run, counted in the hour of the cancel. */
  stops: stopCountsSchema.extend({
    askToProof: percentilesSchema,
    timeToDead: percentilesSchema,
    timeToClean: percentilesSchema,
    steps: z.array(stopCountsSchema.extend({ askToProof: percentilesSchema })),
  }),
  hosts: z.array(
    z.object({
      host: z.string(),
      /** The number of slots that the host has now; null if no host has this name any more. */
      slots: z.int().nullable(),
      /** The time from the claim to the end of each attempt, added up over the host's slots. */
      busyMs: z.number(),
      /** How long the host was on. Where that is not known, it counts as on. */
      onMs: z.number().nullable(),
      /** The busy part of the time of all slots of the host while it was on, 0 to 1. */
      use: z.number().nullable(),
      busyMsByStep: z.array(z.number()),
      /** Null: not known, because no samples were taken. */
      onMsByStep: z.array(z.number().nullable()),
    }),
  ),
});
export type GetMeasuresOutput = z.infer<typeof getMeasuresOutput>;

const NONE = { completed: 0, failed: 0, stopped: 0, lost: 0, released: 0, hostFailed: 0 };
const times = (count: number, medianMs: number, p95Ms: number) => ({ count, medianMs, p95Ms });
const steps = <Step>(step: Step): Step[] => Array.from({ length: 7 }, () => step);

/** A week of a small farm in which all days are alike. */
const exampleMeasures: GetMeasuresOutput = {
  range: '7d',
  at: '2026-03-08T11:30:00.000Z',
  from: '2026-03-01T12:00:00.000Z',
  to: '2026-03-08T12:00:00.000Z',
  stepMs: 86_400_000,
  waiting: {
    ...times(140, 40_000, 360_000),
    steps: steps(times(20, 40_000, 360_000)),
    withQueued: times(160, 45_000, 360_000),
  },
  queue: {
    waiting: 20,
    oldestMs: 330_000,
    usual: 18,
    stepMs: 1_800_000,
    steps: Array.from({ length: 336 }, () => ({ waiting: 18, oldestMs: 300_000 })),
  },
  ended: {
    ...NONE,
    completed: 126,
    stopped: 14,
    failed: 7,
    steps: steps({ ...NONE, completed: 18, stopped: 2, failed: 1 }),
  },
  endedIn7Days: { ...NONE, completed: 126, stopped: 14, failed: 7 },
  reasons: [
    {
      reason: 'After Effects reported an error: Footage missing: …',
      count: 7,
      hosts: [{ host: 'render-01', count: 7 }],
    },
  ],
  stops: {
    asked: 14,
    proven: 14,
    notProven: 0,
    askToProof: times(14, 2500, 9000),
    timeToDead: times(14, 60, 2200),
    timeToClean: times(14, 20, 300),
    steps: steps({ asked: 2, proven: 2, notProven: 0, askToProof: times(2, 2500, 9000) }),
  },
  hosts: [
    {
      host: 'render-01',
      slots: 1,
      busyMs: 302_400_000,
      onMs: 603_000_000,
      use: 0.5,
      busyMsByStep: steps(43_200_000),
      onMsByStep: steps(86_400_000),
    },
  ],
};

export const getMeasures = {
  action: 'getMeasures',
  input: getMeasuresInput,
  output: getMeasuresOutput,
  rest: {
    method: 'GET',
    path: '/measures',
    tag: 'measures',
    summary: 'Measure the farm',
    description:
      'The queue, waiting time, renders by outcome, why jobs failed, stops and host use, in ' +
      'all and per hour (`24h`) or per 24 hours (`7d`, `30d`). Waiting counts to the first ' +
      'claim of a job, and use is of the slots that a host has now, while it was on. They ' +
      'stay when jobs are deleted. A percentile is a bound that this part of the times did ' +
      'not exceed, at most 15 % above the longest of them.',
    errors: [],
    example: { answer: exampleMeasures },
  },
} as const satisfies ProcedureSpec;
