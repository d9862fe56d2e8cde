import {
  cancelJobInput,
  cancelReceiptSchema,
  describeStop,
  nexrenderJobSchema,
  priorityOfNexrender,
} from '@renderdeck/contract';
import { problemOf } from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { RestApp } from '../caller-of.ts';
import { problems } from '../problem.ts';
import { changeJob } from './change-job.ts';
import { deprecated, findId, type Open, params, sendErrorOfUid } from './deprecated-route.ts';
import { NEXRENDER_ROUTES } from './route-table.ts';

import { nexrenderServerJob, showJob } from './show-job.ts';

const removal = z.object({
  id: z.string(),
  removed: z.boolean(),
  outcome: cancelReceiptSchema.shape.outcome.optional(),
  message: z.string().optional(),
});

export function addChangeRoutes(app: RestApp, open: Open): void {
  addPut(app, open);
  addDelete(app, open);
}

function addPut(app: RestApp, open: Open): void {
  app.route({
    ...NEXRENDER_ROUTES.change.place,
    schema: {
      ...deprecated,
      operationId: 'nexrenderChangeJob',
      summary: 'Change the priority or the tags of a queued job, or run an ended job again',
      description:
        'Every other field is left out, or as the job shows it; a job that was read may be ' +
        'sent back with another priority or other tags. `state: queued` runs a job that has ' +
        'ended again, as a new job under the same uid.',
      params,
      body: z.looseObject({
        priority: z.number().optional(),
        tags: z.union([z.string(), z.array(z.string())]).optional(),
        state: z.string().optional(),
      }),
      response: {
        200: nexrenderServerJob,
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'job_not_found',
          'job_not_queued',
          'not_your_job',
          'priority_too_high',
          'secrets_deleted',
        ),
      },
    },
    errorHandler: sendErrorOfUid,
    handler: async (request, reply) => {
      const { context, caller } = open(request, reply);
      return reply.send(await changeJob(context, caller, request.params.uid, request.body));
    },
  });
}

function addDelete(app: RestApp, open: Open): void {
  app.route({
    ...NEXRENDER_ROUTES.cancel.place,
    schema: {
      ...deprecated,
      operationId: 'nexrenderCancelJob',
      summary: 'Cancel a job',
      description:
        '`removed` is true when it was stopped and nothing of it runs, proven. 202 while that ' +
        'is not known. A job that had ended before is not removed. The job stays in the list.',
      params,
      querystring: cancelJobInput.pick({ reason: true, waitMs: true }),
      response: {
        200: removal,
        202: removal,
        ...problems('invalid_input', 'unauthenticated', 'forbidden', 'job_not_found'),
      },
    },
    errorHandler: sendErrorOfUid,
    handler: async (request, reply) => {
      const id = request.params.uid;
      const { reason, waitMs } = request.query;
      const { context, caller } = open(request, reply);
      try {
        const { receipt } = await caller.cancelJob({
          id: await findId(context, id),
          reason,
          waitMs: waitMs === undefined ? undefined : Number(waitMs),
        });
        const { outcome } = receipt;
        if (outcome === 'cancelled') return reply.send({ id, removed: true });
        const { isSettled, sentence } = describeStop(receipt, Date.now());
        return reply
          .code(isSettled ? 200 : 202)
          .send({ id, removed: false, outcome, message: sentence });
      } catch (error) {
        const refused = error instanceof TRPCError ? problemOf(error) : null;
        if (refused?.code !== 'job_already_ended') throw error;
        return reply.send({ id, removed: false, message: refused.detail });
      }
    },
  });
}

export function addSubmit(app: RestApp, open: Open): void {
  app.route({
    ...NEXRENDER_ROUTES.submit.place,
    schema: {
      ...deprecated,
      operationId: 'nexrenderSubmitJob',
      summary: 'Submit a nexrender job',
      description:
        '`priority` is nexrender’s: 0 is ours of 50, and larger runs first, within -50 and 50. ' +
        'Above 0 (or RENDERDECK_SUBMIT_PRIORITY_MAX) it is refused for a submitter. ' +
        'A chosen `uid` is kept: the same job again with it gives the first job.',
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
          'uid_taken',
          'body_too_large',
          'unsupported_media_type',
        ),
      },
    },
    handler: async (request, reply) => {
      const { caller } = open(request, reply);
      const uid = request.body?.uid || undefined;
      const submitted = await caller.submitJob({
        job: request.body,
        uid,
        priority: priorityOfNexrender({ ...request.body }.priority),
      });
      return reply.send(showJob(await caller.getJob({ id: submitted.job.id })));
    },
  });
}
