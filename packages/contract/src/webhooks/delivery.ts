import { DELIVERY_STATES, MESSAGE_TYPES } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { jobIdSchema } from '../jobs/job.ts';
import { limitSchema, pageCursorSchema } from '../procedures/jobs/list-jobs.ts';
import { webhookNameSchema } from './webhook.ts';

export const deliverySchema = z.object({
  /** The id of the message, which stays through all tries. */
  id: z.uuid(),
  webhook: z.string(),
  type: z.enum(MESSAGE_TYPES),
  jobId: z.uuid().nullable(),
  /** The name of the job at that time; null where it is about no job. */
  jobName: z.string().nullable(),
  host: z.string().nullable(),
  /** When it happened. */
  at: instantSchema,
  state: z.enum(DELIVERY_STATES),
  /** How often it was tried, a try that goes on included. */
  tried: z.int(),
  /** When it is tried next; null where it is not. */
  nextTryAt: instantSchema.nullable(),
  /** The latest tries, newest first: the status of the answer, or why none came. */
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

export const listDeliveriesInput = z.object({
  webhook: webhookNameSchema.optional(),
  state: z
    .enum(DELIVERY_STATES, { error: `A state is one of ${DELIVERY_STATES.join(', ')}.` })
    .optional(),
  jobId: jobIdSchema.optional(),
  cursor: pageCursorSchema.optional(),
  limit: limitSchema.default(50),
});
export type ListDeliveriesInput = z.infer<typeof listDeliveriesInput>;
export const listDeliveriesOutput = z.object({
  deliveries: z.array(deliverySchema),
  nextCursor: z.string().nullable(),
});
export type ListDeliveriesOutput = z.infer<typeof listDeliveriesOutput>;

export const testWebhookInput = z.object({ name: webhookNameSchema });
export type TestWebhookInput = z.infer<typeof testWebhookInput>;
/** `delivery.tries` has the answer. */
export const testWebhookOutput = z.object({ delivery: deliverySchema });
export type TestWebhookOutput = z.infer<typeof testWebhookOutput>;

const ID = 'The id of a message is a UUID; listDeliveries shows them.';
export const redeliverInput = z.object({ delivery: z.uuid({ error: ID }) });
export type RedeliverInput = z.infer<typeof redeliverInput>;
export const redeliverOutput = z.object({ delivery: deliverySchema });
export type RedeliverOutput = z.infer<typeof redeliverOutput>;
