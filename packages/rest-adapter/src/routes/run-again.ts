import { jobIdSchema, jobSchema, resubmitJob, resubmitJobInput } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { showVersion } from '../job-version.ts';
import type { RestApp } from '../rest-app.ts';
import { documentOf, placeOf, refusalsOf } from '../told-routes.ts';

const params = z.object({ id: jobIdSchema });
const { priority, name } = resubmitJobInput.shape;

/** Run a job again. */
export function addRunAgainRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    ...placeOf(resubmitJob),
    schema: {
      ...documentOf(resubmitJob),
      params,
      headers: z.object({
        'idempotency-key': z
          .string()
          .optional()
          .describe('Made anew by the client for each repetition.'),
      }),
      body: z.object({ priority, name }).optional(),
      response: {
        201: z.object({ success: z.literal(true), job: jobSchema }),
        ...refusalsOf(resubmitJob),
      },
    },
    handler: async (request, reply) => {
      const { job } = await callerOf(request, reply).resubmitJob({
        ...request.body,
        id: request.params.id,
        idempotencyKey: request.headers['idempotency-key'],
      });
      showVersion(reply, job);
      return reply.code(201).header('location', `/api/jobs/${job.id}`).send({ success: true, job });
    },
  });
}
