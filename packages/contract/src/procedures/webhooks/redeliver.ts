import { z } from 'zod';
import { deliverySchema, exampleDelivery } from '../../webhooks/delivery.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

const ID = 'The id of a message is a UUID; listDeliveries shows them.';
export const redeliverInput = z.object({ delivery: z.uuid({ error: ID }) });
export type RedeliverInput = z.infer<typeof redeliverInput>;
export const redeliverOutput = z.object({ delivery: deliverySchema });
export type RedeliverOutput = z.infer<typeof redeliverOutput>;

export const redeliver = {
  action: 'redeliver',
  input: redeliverInput,
  output: redeliverOutput,
  rest: {
    method: 'POST',
    path: '/webhook-deliveries/:id/redeliver',
    names: { id: 'delivery' },
    tag: 'webhooks',
    summary: 'Send a message again',
    description:
      'With the same id and the same facts, and tried for another day. A receiver that keeps ' +
      'ids knows that it had it.',
    errors: ['not_found', 'webhook_disabled'],
    example: {
      answer: {
        delivery: { ...exampleDelivery, state: 'waiting', nextTryAt: exampleTime(0) },
      },
    },
  },
} as const satisfies ProcedureSpec;
