import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { jobIdSchema, jobSchema, jobStatusSchema } from './job.ts';

/** Where a stream resumes: the cursor of the last event seen, never made up. */
export const eventCursorSchema = z
  .string({ error: 'A cursor is the one of the last event seen.' })
  .max(5000, { error: 'A cursor is the one of the last event seen.' });

export const jobChangeInput = z.object({
  /** Cursor of the last event seen: every change after it is sent first. Unset: from now on. */
  lastEventId: eventCursorSchema.nullish(),
});

/** One frame of the live stream. Every frame carries the cursor from which to resume after it. */
export const jobChangeEventSchema = z.discriminatedUnion('type', [
  /** First of every connection, and the heartbeat after it: the server's clock, and whether changes before this cursor were lost. */
  z.object({ type: z.literal('alive'), at: instantSchema, gap: z.boolean() }),
  /** A job changed: as it is now, what happened and who caused it. Several changes of one job may arrive with one state of it. */
  z.object({
    type: z.literal('change'),
    at: instantSchema,
    event: z.string(),
    previousStatus: jobStatusSchema.nullable(),
    actor: z.string(),
    version: z.int(),
    job: jobSchema,
  }),
  /** Progress of running jobs, coalesced per host; no version changes. */
  z.object({
    type: z.literal('progress'),
    at: instantSchema,
    jobs: z.array(z.object({ id: jobIdSchema, progress: z.number() })),
  }),
]);
export type JobChangeEvent = z.infer<typeof jobChangeEventSchema>;
