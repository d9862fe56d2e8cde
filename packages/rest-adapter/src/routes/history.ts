import {
  getReceiptInput,
  getReceiptOutput,
  jobIdSchema,
  listJobChangesInput,
  listJobChangesOutput,
  listReasonsOutput,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

/** What happened to a job, the receipt of a cancel, the reasons of one's cancels. */
export function addHistoryRoutes(app: RestApp, callerOf: CallerOf): void {
  addChanges(app, callerOf);
  addReceipt(app, callerOf);
  addReasons(app, callerOf);
}

function addChanges(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/jobs/:id/changes',
    schema: {
      tags: ['jobs'],
      summary: 'List what happened to a job',
      description:
        'Every change, the oldest first: when, what, who, and from which status and priority to ' +
        'which. `nextCursor` asks for the next page.',
      params: z.object({ id: jobIdSchema }),
      querystring: listJobChangesInput.omit({ id: true }),
      response: {
        200: listJobChangesOutput,
        ...problems('invalid_input', 'unauthenticated', 'job_not_found'),
      },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const page = await callerOf(request, reply).listJobChanges({ ...request.query, id });
      return reply.send(page);
    },
  });
}

function addReceipt(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/receipts/:number',
    schema: {
      tags: ['jobs'],
      summary: 'Show a receipt',
      description:
        'The receipt of a cancel by its number, as it stands now, with its job. The number is in ' +
        'the answer to the cancel and in its audit line.',
      params: getReceiptInput,
      response: {
        200: getReceiptOutput,
        ...problems('invalid_input', 'unauthenticated', 'receipt_not_found'),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).getReceipt(request.params)),
  });
}

function addReasons(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/reasons',
    schema: {
      tags: ['jobs'],
      summary: 'List the reasons of your last cancels',
      description: 'The newest first, each once, at most 8: a page offers them for the next one.',
      response: { 200: listReasonsOutput, ...problems('unauthenticated', 'forbidden') },
    },
    handler: async (request, reply) => reply.send(await callerOf(request, reply).listReasons()),
  });
}
