import { DELIVERY_STATES } from '@renderdeck/domain';
import { z } from 'zod';
import { jobIdSchema } from '../../jobs/job.ts';
import { deliverySchema, exampleDelivery } from '../../webhooks/delivery.ts';
import { webhookNameSchema } from '../../webhooks/webhook.ts';
import { limitSchema, pageCursorSchema } from '../jobs/list-jobs.ts';
import type { ProcedureSpec } from '../spec.ts';

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

export const listDeliveries = {
  action: 'listDeliveries',
  input: listDeliveriesInput,
  output: listDeliveriesOutput,
  rest: {
    method: 'GET',
    path: '/webhook-deliveries',
    tag: 'webhooks',
    summary: 'List messages of webhooks and callbacks, newest first',
    description:
      'Each with its latest tries and their answers. `webhook` is null if the message goes to ' +
      'the callback of its job. Messages are kept for 30 days.',
    errors: [],
    example: { answer: { deliveries: [exampleDelivery], nextCursor: null } },
  },
} as const satisfies ProcedureSpec;
