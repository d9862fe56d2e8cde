import { checkHostInput, checkHostOutput, hostNameSchema } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const params = z.object({ name: hostNameSchema });

/** List the render hosts, check one, declare one gone, hand a name over. */
export function addHostRoutes(app: RestApp, callerOf: CallerOf): void {
  addCheck(app, callerOf);
}

function addCheck(app: RestApp, callerOf: CallerOf): void {
  const { waitMs } = checkHostInput.shape;
  const answer = checkHostOutput.extend({ success: z.literal(true) });
  app.route({
    method: 'POST',
    url: '/hosts/:name/check',
    schema: {
      tags: ['hosts'],
      summary: 'Let a host check itself',
      description:
        'The host starts its renderer, tries its rights and its disk, and renders a frame where ' +
        'it can. `host.check` is the result. A host that paused takes jobs again where the check ' +
        'holds, also those that it gave back. 202 where it has not finished within `waitMs`.',
      params,
      body: z.object({ waitMs }).optional(),
      response: {
        200: answer,
        202: answer,
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'host_not_found',
          'host_not_heard',
        ),
      },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const result = await callerOf(request, reply, { mayWait: true }).checkHost({
        ...request.body,
        name,
      });
      return reply.code(result.finished ? 200 : 202).send({ ...result, success: true });
    },
  });
}
