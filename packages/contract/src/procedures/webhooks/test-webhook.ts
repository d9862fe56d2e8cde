import { z } from 'zod';
import { deliverySchema, exampleDelivery } from '../../webhooks/delivery.ts';
import { webhookNameSchema } from '../../webhooks/webhook.ts';
import type { ProcedureSpec } from '../spec.ts';

export const testWebhookInput = z.object({ name: webhookNameSchema });
export type TestWebhookInput = z.infer<typeof testWebhookInput>;
/** `delivery.tries` has the answer of the address. */
export const testWebhookOutput = z.object({ delivery: deliverySchema });
export type TestWebhookOutput = z.infer<typeof testWebhookOutput>;

export const testWebhook = {
  action: 'testWebhook',
  input: testWebhookInput,
  output: testWebhookOutput,
  rest: {
    method: 'POST',
    path: '/webhooks/:name/test',
    tag: 'webhooks',
    summary: 'Send a test message',
    description:
      'Waits for the answer of the address, ten seconds at most: `delivery.tries` has it. The ' +
      'test is sent once, also where the webhook is disabled.',
    errors: ['not_found'],
    example: {
      answer: {
        delivery: { ...exampleDelivery, type: 'webhook.test', jobId: null, jobName: null },
      },
    },
  },
} as const satisfies ProcedureSpec;
