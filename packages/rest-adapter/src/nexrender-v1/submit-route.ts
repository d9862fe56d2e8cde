import { nexrenderJobSchema } from '@renderdeck/contract';
import { problems } from '../problem.ts';
import type { RestApp } from '../rest-app.ts';
import { deprecated, type Open } from './deprecated-route.ts';
import { toPriority } from './map-priority.ts';
import { nexrenderServerJob, showJob } from './show-job.ts';

export function addSubmit(app: RestApp, open: Open): void {
  app.route({
    method: 'POST',
    url: '/v1/jobs',
    schema: {
      ...deprecated,
      operationId: 'nexrenderSubmitJob',
      summary: 'Submit a nexrender job',
      description:
        '`priority` is nexrender’s: 0 is ours of 50, and larger runs first, within -50 and 50. ' +
        'Above 0 (or RENDERDECK_SUBMIT_PRIORITY_MAX) it is refused for a submitter. ' +
        '`uid` is given by the server.',
      body: nexrenderJobSchema,
      response: {
        200: nexrenderServerJob,
        ...problems(
          'invalid_input',
          'invalid_json',
          'job_refused',
          'unauthenticated',
          'forbidden',
          'priority_too_high',
          'body_too_large',
          'unsupported_media_type',
        ),
      },
    },
    handler: async (request, reply) => {
      const { caller } = open(request, reply);
      const submitted = await caller.submitJob({
        job: request.body,
        priority: toPriority({ ...request.body }.priority),
      });
      return reply.send(showJob(await caller.getJob({ id: submitted.job.id })));
    },
  });
}
