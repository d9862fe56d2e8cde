import { listHostsOutput } from '@renderdeck/contract';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

/** List the render hosts. */
export function addHostRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/hosts',
    schema: {
      tags: ['hosts'],
      summary: 'List render hosts',
      response: { 200: listHostsOutput, ...problems('unauthenticated') },
    },
    handler: async (request, reply) => reply.send(await callerOf(request, reply).listHosts()),
  });
}
