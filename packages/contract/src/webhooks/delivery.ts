import { DELIVERY_STATES, MESSAGE_TYPES } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { EXAMPLE_JOB_ID, exampleTime } from '../procedures/examples.ts';

export const deliverySchema = z.object({
  /** The id of the message, which stays the same through all tries. */
  id: z.uuid(),
  /** Null: the message goes to the callback of its job. */
  webhook: z.string().nullable(),
  type: z.enum(MESSAGE_TYPES),
  jobId: z.uuid().nullable(),
  /** The name of the job at that time; null if the message is not about a job. */
  jobName: z.string().nullable(),
  host: z.string().nullable(),
  /** When the reported change happened. */
  at: instantSchema,
  state: z.enum(DELIVERY_STATES),
  /** How often the message was tried, including a try that is running. */
  tried: z.int(),
  /** When the message is tried next; null if it is not tried again. */
  nextTryAt: instantSchema.nullable(),
  /** The latest tries, newest first: the status of the answer, or why no answer came. */
  tries: z.array(
    z.object({
      number: z.int(),
      at: instantSchema,
      durationMs: z.int(),
      status: z.int().nullable(),
      answer: z.string().nullable(),
      error: z.string().nullable(),
    }),
  ),
});
export type WireDelivery = z.infer<typeof deliverySchema>;

/** A message that the examples show. */
export const exampleDelivery: WireDelivery = {
  id: '0b2d5c1a-8f0e-4b0a-a4b7-2f6f3f1f9d21',
  webhook: 'night shift',
  type: 'job.failed',
  jobId: EXAMPLE_JOB_ID,
  jobName: 'Intro',
  host: null,
  at: exampleTime(0),
  state: 'delivered',
  tried: 1,
  nextTryAt: null,
  tries: [{ number: 1, at: exampleTime(0), durationMs: 48, status: 204, answer: '', error: null }],
};
