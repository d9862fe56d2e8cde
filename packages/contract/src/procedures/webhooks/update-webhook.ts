import { z } from 'zod';
import {
  exampleWebhook,
  webhookNameSchema,
  webhookSchema,
  webhookSettings,
} from '../../webhooks/webhook.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const updateWebhookInput = z.object({
  name: webhookNameSchema,
  ...z.object(webhookSettings).partial().shape,
  disabled: z.boolean({ error: 'disabled is true or false.' }).optional(),
  /** True: make a new secret, which signs all messages from now on. */
  newSecret: z.boolean({ error: 'newSecret is true or false.' }).optional(),
});
export type UpdateWebhookInput = z.infer<typeof updateWebhookInput>;
/** `secret` is null unless the caller asked for a new secret. */
export const updateWebhookOutput = z.object({
  webhook: webhookSchema,
  secret: z.string().nullable(),
});
export type UpdateWebhookOutput = z.infer<typeof updateWebhookOutput>;

export const updateWebhook = {
  action: 'updateWebhook',
  input: updateWebhookInput,
  output: updateWebhookOutput,
  rest: {
    method: 'PATCH',
    path: '/webhooks/:name',
    tag: 'webhooks',
    summary: 'Change a webhook',
    description:
      'Only what is given changes. `disabled` stops and starts it: what happens while it is ' +
      'disabled is not told. `newSecret` makes a new secret, which is shown this once.',
    errors: ['address_refused', 'not_found'],
    example: {
      body: { disabled: true },
      answer: {
        webhook: {
          ...exampleWebhook,
          disabled: { at: exampleTime(0), reason: 'ada disabled it.' },
        },
        secret: null,
      },
    },
  },
} as const satisfies ProcedureSpec;
