import {
  jobIdSchema,
  jobSchema,
  priorityReceiptSchema,
  setPriorityInput,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { expectedVersion, showVersion } from '../job-version.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const success = z.literal(true);
const params = z.object({ id: jobIdSchema });

/** Preview and set the priority of a queued job. */
export function addPriorityRoutes(app: RestApp, callerOf: CallerOf): void {
  addSet(app, callerOf);
}

function addSet(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'PATCH',
    url: '/jobs/:id/priority',
    schema: {
      tags: ['jobs'],
      summary: 'Set the priority of a queued job',
      description:
        'A whole number from 0 to 100, larger runs first. `newPosition` is the exact place in ' +
        'the queue at `receipt.countedAt`, 1 is next; `position.before` is the place that the ' +
        'job would have at the same moment with its earlier priority. `If-Match` with the ETag ' +
        'of the job as you saw it is `expectedVersion`.',
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
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'job_not_found',
          'job_not_queued',
          'stale_version',
        ),
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
