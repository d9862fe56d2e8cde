import { getJobOutput, jobIdSchema, jobSchema, submitJobFields } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { showVersion } from '../job-version.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const success = z.literal(true);
const params = z.object({ id: jobIdSchema });

/** Submit a job, list jobs, show a job. */
export function addJobRoutes(app: RestApp, callerOf: CallerOf): void {
  addSubmitJob(app, callerOf);
  addGetJob(app, callerOf);
}

function addSubmitJob(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'POST',
    url: '/jobs',
    schema: {
      tags: ['jobs'],
      summary: 'Submit a nexrender job',
      description:
        'Location names the new job. With an `Idempotency-Key` the same submission again, by ' +
        'the same user or token, gives the first job and queues nothing.',
      headers: z.object({
        'idempotency-key': z
          .string()
          .optional()
          .describe('Made anew by the client for each submission.'),
      }),
      body: submitJobFields.omit({ idempotencyKey: true }),
      response: {
        201: z.object({ success, job: jobSchema }),
        ...problems(
          'invalid_input',
          'invalid_json',
          'job_refused',
          'unauthenticated',
          'forbidden',
          'priority_too_high',
          'idempotency_key_reused',
          'body_too_large',
          'unsupported_media_type',
        ),
      },
    },
    handler: async (request, reply) => {
      const idempotencyKey = request.headers['idempotency-key'];
      const submitted = await callerOf(request, reply).submitJob({
        ...request.body,
        idempotencyKey,
      });
      showVersion(reply, submitted.job);
      return reply
        .code(201)
        .header('location', `/api/jobs/${submitted.job.id}`)
        .send({ success: true, job: submitted.job });
    },
  });
}

function addGetJob(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/jobs/:id',
    schema: {
      tags: ['jobs'],
      summary: 'Show a job',
      description:
        'With its attempts and what their hosts reported of processes and files. ' +
        'ETag is its version: with `If-Match`, a later change of the priority is refused where ' +
        'somebody was quicker.',
      params,
      response: {
        200: getJobOutput.omit({ nexrenderJob: true, secretsDeletedAt: true }),
        ...problems('invalid_input', 'unauthenticated', 'job_not_found'),
      },
    },
    handler: async (request, reply) => {
      const found = await callerOf(request, reply).getJob({ id: request.params.id });
      showVersion(reply, found.job);
      const { nexrenderJob: _, secretsDeletedAt: __, ...shown } = found;
      return reply.send(shown);
    },
  });
}
