import { previewSubmitInput, previewSubmitOutput } from '@renderdeck/contract';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

/** Show where a new job would stand. */
export function addPreviewSubmitRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/jobs/preview',
    schema: {
      tags: ['jobs'],
      summary: 'Show where a new job would stand',
      description:
        'The place in the queue that a job of this priority would get if it were submitted now, ' +
        'behind every job of that priority. `highestPriority` is the highest one that this user ' +
        'may submit with.',
      querystring: previewSubmitInput,
      response: {
        200: previewSubmitOutput,
        ...problems('invalid_input', 'unauthenticated', 'forbidden'),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).previewSubmit(request.query)),
  });
}
