import { z } from 'zod';
import {
  exampleWebhook,
  webhookNameSchema,
  webhookSchema,
  webhookSettings,
} from '../../webhooks/webhook.ts';
import type { ProcedureSpec } from '../spec.ts';

export const createWebhookInput = z.object({
  name: webhookNameSchema,
  ...webhookSettings,
  submittedBy: webhookSettings.submittedBy.default(null),
  namePart: webhookSettings.namePart.default(null),
  host: webhookSettings.host.default(null),
  shape: webhookSettings.shape.default('renderdeck'),
});
export type CreateWebhookInput = z.infer<typeof createWebhookInput>;
/** The secret signs each message. It is shown only in this answer. */
export const createWebhookOutput = z.object({ webhook: webhookSchema, secret: z.string() });
export type CreateWebhookOutput = z.infer<typeof createWebhookOutput>;

export const createWebhook = {
  action: 'createWebhook',
  input: createWebhookInput,
  output: createWebhookOutput,
  rest: {
    method: 'POST',
    path: '/webhooks',
    tag: 'webhooks',
    summary: 'Create a webhook',
    description:
      'From now on, messages about these events go to the address, signed with the secret, ' +
      'which is shown this once. docs/webhooks.md shows how a receiver checks them.',
    status: 201,
    errors: ['address_refused', 'name_taken', 'too_many_webhooks'],
    example: {
      body: {
        name: exampleWebhook.name,
        address: exampleWebhook.address,
        events: exampleWebhook.events,
        namePart: exampleWebhook.namePart,
      },
      answer: { webhook: exampleWebhook, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    },
  },
} as const satisfies ProcedureSpec;
