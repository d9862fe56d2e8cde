import { jobIdSchema, jobSchema, resubmitJobInput } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { showVersion } from '../job-version.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const params = z.object({ id: jobIdSchema });
const { priority, name } = resubmitJobInput.shape;

/** Run a job again. */
export function addRunAgainRoute(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'POST',
    url: '/jobs/:id/resubmit',
    schema: {
      tags: ['jobs'],
      summary: 'Run a job again',
      description:
        'Queues the same order as a new job, with its limits and its secrets, which no answer ' +
        'shows. Location names the new job; `rerunOf` and `rerunBy` link the two. A submitter ' +
        'may do this with its own jobs, an admin with any. Without a priority it is that of the ' +
        'job, or the highest that the caller may ask for. `Idempotency-Key` works as on submit.',
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
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'not_your_job',
          'priority_too_high',
          'job_not_found',
          'secrets_deleted',
          'idempotency_key_reused',
        ),
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
