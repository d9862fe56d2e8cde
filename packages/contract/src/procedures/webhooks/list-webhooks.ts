import { z } from 'zod';
import { exampleWebhook, webhookSchema } from '../../webhooks/webhook.ts';
import type { ProcedureSpec } from '../spec.ts';

export const listWebhooksOutput = z.object({ webhooks: z.array(webhookSchema) });
export type ListWebhooksOutput = z.infer<typeof listWebhooksOutput>;

export const listWebhooks = {
  action: 'listWebhooks',
  output: listWebhooksOutput,
  rest: {
    method: 'GET',
    path: '/webhooks',
    tag: 'webhooks',
    summary: 'List webhooks',
    errors: [],
    example: { answer: { webhooks: [exampleWebhook] } },
  },
} as const satisfies ProcedureSpec;
