import { getMeasuresInput, getMeasuresOutput } from '@renderdeck/contract';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

/** What the farm did in the last day, week or month. */
export function addMeasuresRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/measures',
    schema: {
      tags: ['measures'],
      summary: 'Measure the farm',
      description:
        'Waiting time, renders by outcome, stops and host use, in all and per hour (`24h`) or ' +
        'per 24 hours (`7d`, `30d`). Waiting counts to the first claim of a job, and use is of ' +
        'the slots that a host has now. They stay when jobs are deleted. A percentile is a bound ' +
        'that this part of the times did not exceed, at most 15 % above the longest of them.',
      querystring: getMeasuresInput,
      response: { 200: getMeasuresOutput, ...problems('invalid_input', 'unauthenticated') },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).getMeasures(request.query)),
  });
}
