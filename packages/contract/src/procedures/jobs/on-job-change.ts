import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { timeRangeSchema } from '../../jobs/estimate.ts';
import { jobIdSchema, jobSchema, jobStatusSchema } from '../../jobs/job.ts';
import { transferSchema } from '../../jobs/transfer.ts';
import type { ProcedureSpec } from '../spec.ts';

/**
 * The place where a stream resumes: the cursor of the last event that the client saw. Clients never
 * make a cursor themselves.
 */
export const eventCursorSchema = z
  .string({ error: 'A cursor is the one of the last event seen.' })
  .max(5000, { error: 'A cursor is the one of the last event seen.' });

export const jobChangeInput = z.object({
  /**
   * The cursor of the last event that the client saw; every change after it is sent first. Unset:
   * only changes from now on.
   */
  lastEventId: eventCursorSchema.nullish(),
});

/**
 * A job changed: its state now, what happened, and who caused it. Several changes may show one
 * state.
 */
export const jobChangeSchema = z.object({
  at: instantSchema,
  event: z.string(),
  previousStatus: jobStatusSchema.nullable(),
  actor: z.string(),
  version: z.int(),
  job: jobSchema,
});
export type WireJobChange = z.infer<typeof jobChangeSchema>;

/** One frame of the live stream. Every frame carries the cursor to resume after it. */
export const jobChangeEventSchema = z.discriminatedUnion('type', [
  /**
   * The first frame and the heartbeat. `gap`: earlier changes may be missing, or a failover took
   * jobs back to an earlier version, so the client reads all jobs again. `missed`: how many changes
   * since the cursor follow now; after them another `alive` with 0 comes.
   */
  z.object({
    type: z.literal('alive'),
    at: instantSchema,
    gap: z.boolean(),
    missed: z.int(),
  }),
  /** Changes in the order of their commits. The server read them together. */
  z.object({ type: z.literal('changes'), changes: z.array(jobChangeSchema).min(1).readonly() }),
  /** Progress of running jobs, several updates of a host in one frame. It changes no version. */
  z.object({
    type: z.literal('progress'),
    at: instantSchema,
    jobs: z.array(
      z.object({
        id: jobIdSchema,
        progress: z.number(),
        /** The time left, as in the job. */
        timeLeftMs: z.int().nullable(),
        /** The range of the end, as in the job. Null: as in the job before. */
        endsAt: timeRangeSchema.nullable().optional(),
        /** The transfer, as in the job. */
        transfer: transferSchema.nullable().optional(),
      }),
    ),
  }),
]);
export type JobChangeEvent = z.infer<typeof jobChangeEventSchema>;

export const onJobChange = {
  action: 'onJobChange',
  input: jobChangeInput,
  noRoute: 'It is the WebSocket GET /api/events.',
} as const satisfies ProcedureSpec;
