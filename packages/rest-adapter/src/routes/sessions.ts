import { listSessionsOutput, revokeSessionInput } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const ACCESS = ['unauthenticated', 'forbidden'] as const;

/** List and end the sessions of all users. */
export function addSessionListRoutes(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/sessions',
    schema: {
      tags: ['access'],
      summary: 'List open sessions',
      response: { 200: listSessionsOutput, ...problems(...ACCESS) },
    },
    handler: async (request, reply) => reply.send(await callerOf(request, reply).listSessions()),
  });
  app.route({
    method: 'DELETE',
    url: '/sessions/:id',
    schema: {
      tags: ['access'],
      summary: 'End a session',
      description: 'It ends at once, with its open streams.',
      params: revokeSessionInput,
      response: {
        200: z.object({ success: z.literal(true) }),
        ...problems('invalid_input', ...ACCESS, 'not_found'),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).revokeSession(request.params)),
  });
}
