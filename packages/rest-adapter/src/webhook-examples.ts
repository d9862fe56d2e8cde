import type { WireDelivery, WireWebhook } from '@renderdeck/contract';

/**
 * What the routes of webhooks take and answer, by `method path`. Long because: it is one list.
 */
export function webhookExamples(jobId: string, at: string) {
  const webhook: WireWebhook = {
    id: '7b1c0a5e-2f43-4d0e-9f57-6d1f0c9b2a10',
    name: 'night shift',
    address: 'https://desk.example/renderdeck',
    events: ['failed', 'notProven', 'hostSilent'],
    submittedBy: null,
    namePart: 'spot',
    host: null,
    shape: 'renderdeck',
    createdBy: 'ada',
    createdAt: at,
    disabled: null,
    waiting: 0,
    givenUp: 0,
    lastTry: { at, status: 204, error: null },
  };
  const tried = { number: 1, at, durationMs: 48, status: 204, answer: '', error: null };
  const delivery: WireDelivery = {
    id: '0b2d5c1a-8f0e-4b0a-a4b7-2f6f3f1f9d21',
    webhook: webhook.name,
    type: 'job.failed',
    jobId,
    jobName: 'Intro',
    host: null,
    at,
    state: 'delivered',
    tried: 1,
    nextTryAt: null,
    tries: [tried],
  };
  const test: WireDelivery = { ...delivery, type: 'webhook.test', jobId: null, jobName: null };
  const again: WireDelivery = { ...delivery, state: 'waiting', nextTryAt: at };
  const { name, address, events, namePart } = webhook;
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  return {
    'get /api/webhooks': { answers: { 200: { webhooks: [webhook] } } },
    'post /api/webhooks': {
      body: { name, address, events, namePart },
      answers: { 201: { success: true, webhook, secret } },
    },
    'patch /api/webhooks/{name}': {
      body: { disabled: true },
      answers: {
        200: {
          success: true,
          webhook: { ...webhook, disabled: { at, reason: 'ada disabled it.' } },
          secret: null,
        },
      },
    },
    'delete /api/webhooks/{name}': { answers: { 200: { success: true } } },
    'post /api/webhooks/{name}/test': { answers: { 200: { success: true, delivery: test } } },
    'get /api/webhook-deliveries': {
      answers: { 200: { deliveries: [delivery], nextCursor: null } },
    },
    'post /api/webhook-deliveries/{id}/redeliver': {
      answers: { 200: { success: true, delivery: again } },
    },
  };
}
