import {
  jobIdSchema,
  jobSchema,
  priorityReceiptSchema,
  setPriority,
  setPriorityInput,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf, RestApp } from '../caller-of.ts';
import { documentOf, placeOf, refusalsOf } from '../declared-routes.ts';
import { expectedVersion, showVersion } from '../job-version.ts';

const success = z.literal(true);
const params = z.object({ id: jobIdSchema });

export function addPriorityRoutes(app: RestApp, callerOf: CallerOf): void {
  addSet(app, callerOf);
}

function addSet(app: RestApp, callerOf: CallerOf): void {
  app.route({
    ...placeOf(setPriority),
    schema: {
      ...documentOf(setPriority),
      headers: z.object({
        'if-match': z.string().optional().describe('ETag of the job as you saw it.'),
      }),
      params,
      body: setPriorityInput.omit({ id: true }),
      response: {
        200: z.object({
          success,
          job: jobSchema,
          newPosition: z.int(),
          receipt: priorityReceiptSchema,
        }),
        ...refusalsOf(setPriority),
      },
    },
    handler: async (request, reply) => {
      const { priority, expectedVersion: inBody } = { ...request.body };
      const expected = expectedVersion(request.headers['if-match'], inBody);
      const changed = await callerOf(request, reply).setPriority({
        id: request.params.id,
        priority,
        expectedVersion: expected,
      });
      showVersion(reply, changed.job);
      return reply.send({
        success: true,
        job: changed.job,
        newPosition: changed.newPosition,
        receipt: changed.receipt,
      });
    },
  });
}
