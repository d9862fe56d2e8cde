import { randomBytes } from 'node:crypto';

/** Makes a secret in the form of Standard Webhooks, which signs messages. */
export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
