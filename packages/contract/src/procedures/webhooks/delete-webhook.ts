import { z } from 'zod';
import { webhookNameSchema } from '../../webhooks/webhook.ts';
import { done, type ProcedureSpec, success } from '../spec.ts';

export const deleteWebhookInput = z.object({ name: webhookNameSchema });
export type DeleteWebhookInput = z.infer<typeof deleteWebhookInput>;

export const deleteWebhook = {
  action: 'deleteWebhook',
  input: deleteWebhookInput,
  output: done,
  rest: {
    method: 'DELETE',
    path: '/webhooks/:name',
    tag: 'webhooks',
    summary: 'Delete a webhook with its messages',
    errors: ['not_found'],
    example: { answer: success },
  },
} as const satisfies ProcedureSpec;
