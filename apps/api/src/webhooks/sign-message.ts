import { Webhook } from 'standardwebhooks';

/**
 * Returns the headers by which a receiver recognises a message and its sender (Standard Webhooks
 * 1.0).
 */
export function signMessage(
  { id, secret }: { readonly id: string; readonly secret: string },
  body: string,
  nowMs: number,
): Readonly<Record<string, string>> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(nowMs), body),
  };
}
