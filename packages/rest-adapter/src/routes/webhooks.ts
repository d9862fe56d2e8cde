import {
  createWebhookInput,
  createWebhookOutput,
  deleteWebhookInput,
  listWebhooksOutput,
  testWebhookOutput,
  updateWebhookInput,
  updateWebhookOutput,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const params = deleteWebhookInput;
const success = { success: z.literal(true) };
const ACCESS = ['unauthenticated', 'forbidden'] as const;

/** List, create, change, test and delete webhooks. */
export function addWebhookRoutes(app: RestApp, callerOf: CallerOf): void {
  addList(app, callerOf);
  addCreate(app, callerOf);
  addUpdate(app, callerOf);
  addDelete(app, callerOf);
  addTest(app, callerOf);
}

function addList(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/webhooks',
    schema: {
      tags: ['webhooks'],
      summary: 'List webhooks',
      response: { 200: listWebhooksOutput, ...problems(...ACCESS) },
    },
    handler: async (request, reply) => reply.send(await callerOf(request, reply).listWebhooks()),
  });
}

function addCreate(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'POST',
    url: '/webhooks',
    schema: {
      tags: ['webhooks'],
      summary: 'Create a webhook',
      description:
        'From now on, messages about these events go to the address, signed with the secret, ' +
        'which is shown this once. docs/webhooks.md shows how a receiver checks them.',
      body: createWebhookInput,
      response: {
        201: createWebhookOutput.extend(success),
        ...problems(
          'invalid_input',
          'invalid_json',
          'address_refused',
          ...ACCESS,
          'name_taken',
          'too_many_webhooks',
        ),
      },
    },
    handler: async (request, reply) => {
      const made = await callerOf(request, reply).createWebhook(request.body);
      return reply.code(201).send({ ...made, success: true });
    },
  });
}

function addUpdate(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'PATCH',
    url: '/webhooks/:name',
    schema: {
      tags: ['webhooks'],
      summary: 'Change a webhook',
      description:
        'Only what is given changes. `disabled` stops and starts it: what happens while it is ' +
        'disabled is not told. `newSecret` makes a new secret, which is shown this once.',
      params,
      body: updateWebhookInput.omit({ name: true }),
      response: {
        200: updateWebhookOutput.extend(success),
        ...problems('invalid_input', 'invalid_json', 'address_refused', ...ACCESS, 'not_found'),
      },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const changed = await callerOf(request, reply).updateWebhook({ ...request.body, name });
      return reply.send({ ...changed, success: true });
    },
  });
}

function addDelete(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'DELETE',
    url: '/webhooks/:name',
    schema: {
      tags: ['webhooks'],
      summary: 'Delete a webhook with its messages',
      params,
      response: {
        200: z.object(success),
        ...problems('invalid_input', ...ACCESS, 'not_found'),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).deleteWebhook(request.params)),
  });
}

function addTest(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'POST',
    url: '/webhooks/:name/test',
    schema: {
      tags: ['webhooks'],
      summary: 'Send a test message',
      description:
        'Waits for the answer of the address, ten seconds at most: `delivery.tries` has it. The ' +
        'test is sent once, also where the webhook is disabled.',
      params,
      response: {
        200: testWebhookOutput.extend(success),
        ...problems('invalid_input', ...ACCESS, 'not_found'),
      },
    },
    handler: async (request, reply) => {
      const tested = await callerOf(request, reply).testWebhook(request.params);
      return reply.send({ ...tested, success: true });
    },
  });
}
