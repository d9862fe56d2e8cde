import {
  getJob,
  getJobOutput,
  jobIdSchema,
  jobSchema,
  resubmitJob,
  resubmitJobInput,
  submitJob,
  submitJobFields,
  submitJobOutput,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf, RestApp } from '../caller-of.ts';
import { documentOf, placeOf, refusalsOf } from '../declared-routes.ts';
import { showVersion } from '../job-version.ts';

const success = z.literal(true);
const params = z.object({ id: jobIdSchema });

export function addJobRoutes(app: RestApp, callerOf: CallerOf): void {
  addSubmitJob(app, callerOf);
  addGetJob(app, callerOf);
}

function addSubmitJob(app: RestApp, callerOf: CallerOf): void {
  app.route({
    ...placeOf(submitJob),
    schema: {
      ...documentOf(submitJob),
      headers: z.object({
        'idempotency-key': z
          .string()
          .optional()
          .describe('Made anew by the client for each submission.'),
      }),
      body: submitJobFields.omit({ idempotencyKey: true }),
      response: {
        201: submitJobOutput.extend({ success }),
        ...refusalsOf(submitJob),
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
        .send({ success: true, ...submitted });
    },
  });
}

function addGetJob(app: RestApp, callerOf: CallerOf): void {
  app.route({
    ...placeOf(getJob),
    schema: {
      ...documentOf(getJob),
      params,
      response: {
        200: getJobOutput.omit({ nexrenderJob: true, secretsDeletedAt: true }),
        ...refusalsOf(getJob),
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

const { priority, name } = resubmitJobInput.shape;

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
