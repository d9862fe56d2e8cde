import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema, jobSchema, jobStatusSchema } from '../../jobs/job.ts';
import type { ProcedureSpec } from '../spec.ts';

/** Where a stream resumes: the cursor of the last event seen. A client never makes one up. */
export const eventCursorSchema = z
  .string({ error: 'A cursor is the one of the last event seen.' })
  .max(5000, { error: 'A cursor is the one of the last event seen.' });

export const jobChangeInput = z.object({
  /** Cursor of the last event seen: every change after it is sent first. Unset: from now on. */
  lastEventId: eventCursorSchema.nullish(),
});

/** A job changed: its state now, what happened, who caused it. Changes may share one state. */
export const jobChangeSchema = z.object({
  at: instantSchema,
  event: z.string(),
  previousStatus: jobStatusSchema.nullable(),
  actor: z.string(),
  version: z.int(),
  job: jobSchema,
});
export type WireJobChange = z.infer<typeof jobChangeSchema>;

/** One frame of the live stream. Every frame carries the cursor from which to resume after it. */
export const jobChangeEventSchema = z.discriminatedUnion('type', [
  /**
   * First frame and heartbeat: the server's time, and whether changes before it may be missing.
   * After a gap read all jobs again. A failover may have taken jobs back to an earlier version.
   * `missed`: changes since the cursor that follow now; another `alive` with 0 comes after them.
   */
  z.object({
    type: z.literal('alive'),
    at: instantSchema,
    gap: z.boolean(),
    missed: z.int(),
  }),
  /** Changes in the order of their commits. The server read them together. */
  z.object({ type: z.literal('changes'), changes: z.array(jobChangeSchema).min(1).readonly() }),
  /** Progress of running jobs, coalesced per host; no version changes. */
  z.object({
    type: z.literal('progress'),
    at: instantSchema,
    jobs: z.array(
      z.object({
        id: jobIdSchema,
        progress: z.number(),
        /** As in the job. */
        timeLeftMs: z.int().nullable(),
      }),
    ),
  }),
]);
export type JobChangeEvent = z.infer<typeof jobChangeEventSchema>;

export const onJobChange = {
  action: 'onJobChange',
  input: jobChangeInput,
} as const satisfies ProcedureSpec;
