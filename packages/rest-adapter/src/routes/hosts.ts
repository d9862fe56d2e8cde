import { checkHost, checkHostInput, checkHostOutput, hostNameSchema } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf, RestApp } from '../caller-of.ts';
import { documentOf, placeOf, refusalsOf } from '../declared-routes.ts';

const params = z.object({ name: hostNameSchema });

/** List the render hosts, check one, declare one gone, hand a name over. */
export function addHostRoutes(app: RestApp, callerOf: CallerOf): void {
  addCheck(app, callerOf);
}

function addCheck(app: RestApp, callerOf: CallerOf): void {
  const { waitMs } = checkHostInput.shape;
  const answer = checkHostOutput.extend({ success: z.literal(true) });
  app.route({
    ...placeOf(checkHost),
    schema: {
      ...documentOf(checkHost),
      params,
      body: z.object({ waitMs }).optional(),
      response: {
        200: answer,
        202: answer,
        ...refusalsOf(checkHost),
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
