import {
  listDeliveriesInput,
  listDeliveriesOutput,
  redeliverInput,
  redeliverOutput,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

/** List the messages of webhooks, send one again. */
export function addWebhookMessageRoutes(app: RestApp, callerOf: CallerOf): void {
  addList(app, callerOf);
  addRedeliver(app, callerOf);
}

function addList(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/webhook-deliveries',
    schema: {
      tags: ['webhooks'],
      summary: 'List messages of webhooks, newest first',
      description: 'Each with its latest tries and their answers. Messages are kept for 30 days.',
      querystring: listDeliveriesInput,
      response: {
        200: listDeliveriesOutput,
        ...problems('invalid_input', 'unauthenticated', 'forbidden'),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).listDeliveries(request.query)),
  });
}

function addRedeliver(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'POST',
    url: '/webhook-deliveries/:id/redeliver',
    schema: {
      tags: ['webhooks'],
      summary: 'Send a message again',
      description:
        'With the same id and the same facts, and tried for another day. A receiver that keeps ' +
        'ids knows that it had it.',
      params: z.object({ id: redeliverInput.shape.delivery }),
      response: {
        200: redeliverOutput.extend({ success: z.literal(true) }),
        ...problems(
          'invalid_input',
          'unauthenticated',
          'forbidden',
          'not_found',
          'webhook_disabled',
        ),
      },
    },
    handler: async (request, reply) => {
      const sent = await callerOf(request, reply).redeliver({
        delivery: request.params.id,
      });
      return reply.send({ ...sent, success: true });
    },
  });
}
