import { createHmac } from 'node:crypto';

/** The headers by which a receiver knows a message and its sender (Standard Webhooks 1.0). */
export function signMessage(
  { id, secret }: { readonly id: string; readonly secret: string },
  body: string,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(nowMs / 1000);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  };
}
