import type { LookupFunction } from 'node:net';
import type { ClaimedDelivery } from '@renderdeck/operations/extras';
import { readWebhookRules } from '@renderdeck/settings';
import { expect, onTestFinished, test } from 'vitest';
import { openReceiver } from '../../test/webhooks/webhook-receiver.ts';
import { postMessage, readRetryAfter } from './post-message.ts';
import { webhookAddresses } from './webhook-addresses.ts';

const message: ClaimedDelivery = {
  id: '0b2d5c1a-8f0e-4b0a-a4b7-2f6f3f1f9d21',
  receiver: '7b1c0a5e-2f43-4d0e-9f57-6d1f0c9b2a10',
  type: 'webhook.test',
  facts: { test: { by: 'ada' } },
  at: '2026-03-01T12:00:00.000Z',
  tries: 1,
  leftMs: 1000,
  address: '',
  shape: 'renderdeck',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};

test('a name that resolves to a private address at a later connection is refused', async () => {
  const receiver = await openReceiver();
  onTestFinished(receiver.close);
  const asked: string[] = [];
  const answers = ['127.0.0.1', '127.0.0.2'];
  const resolve: LookupFunction = (name, _options, callback) => {
    asked.push(name);
    callback(null, [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]);
  };
  const addresses = webhookAddresses(readWebhookRules(['127.0.0.1/32']), resolve);
  const send = postMessage({ addresses, publicUrl: null });
  const named = { ...message, address: `http://desk.example:${receiver.port}/` };
  expect(await send(named)).toMatchObject({ status: 200, error: null });
  expect(await send(named)).toMatchObject({
    status: null,
    error: expect.stringMatching(/^desk.example is 127.0.0.2, which is in a private network/),
  });
  // Each connection resolves the name once, so it uses the addresses that were checked.
  expect(asked).toEqual(['desk.example', 'desk.example']);
  expect(receiver.received).toHaveLength(1);
  expect(receiver.received[0]?.message).toMatchObject({ type: 'webhook.test', url: null });
});

test.each([
  [429, '30', 30_000],
  [503, 'Sun, 01 Mar 2026 12:00:10 GMT', 10_000],
  [503, 'Sun, 01 Mar 2026 11:00:00 GMT', 0],
  [500, '30', null],
  [429, undefined, null],
  [429, 'soon', null],
  [429, '-5', null],
])('status %s with Retry-After %s means: wait %s ms', (status, header, ms) => {
  expect(readRetryAfter(status, header, Date.UTC(2026, 2, 1, 12))).toBe(ms);
});
