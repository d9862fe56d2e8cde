/*
 * nexrender-server's own API under /api/v1, for programs built on `@nexrender/api`. It is
 * deprecated, and off unless it is switched on. Each route translates to the procedures that /api
 * uses, so access, rules, audit and errors are the same. docs/decisions/0005-nexrender-api.md says
 * what differs from nexrender-server. `uid` is the id of the job here. A token comes as
 * `nexrender-secret` or as Bearer; a cookie authenticates nothing.
 */
import {
  cancelJobInput,
  cancelReceiptSchema,
  jobIdSchema,
  nexrenderJobSchema,
  refuse,
} from '@renderdeck/contract';
import {
  type AdminCaller,
  type ApiContext,
  createAdminCaller,
  problemOf,
} from '@renderdeck/contract/router';
import { TRPCError } from '@trpc/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ContextOf } from '../caller-of.ts';
import { isSettled, messageOf } from '../cancel-answer.ts';
import { problems } from '../openapi.ts';
import { sendError } from '../problem.ts';
import type { RestApp } from '../rest-app.ts';
import { untilGone } from '../until-gone.ts';
import { MOST_JOBS, wholeJobs } from './list-whole.ts';
import { toPriority } from './map-priority.ts';
import { setPriority } from './set-priority.ts';
import {
  type NexrenderServerJob,
  nexrenderServerJob,
  nexrenderStatus,
  showJob,
  showStatus,
} from './show-job.ts';

const headers = z.object({
  'nexrender-secret': z.string().optional().describe('A token, as in `Authorization: Bearer`.'),
});
const params = z.object({ uid: z.string() });
const deprecated = {
  tags: ['nexrender-server'],
  deprecated: true,
  security: [{ token: [] }],
  headers,
};
const removal = z.object({
  id: z.string(),
  removed: z.boolean(),
  outcome: cancelReceiptSchema.shape.outcome.optional(),
  message: z.string().optional(),
});

/** The header that says that a list was cut. */
const CUT = 'renderdeck-list-cut';
const NO_PICKUP =
  'Renderdeck gives jobs to its own workers alone; ' +
  'start a Renderdeck worker on this host in place of nexrender-worker.';

type Open = (
  request: FastifyRequest,
  reply: FastifyReply,
) => { readonly context: ApiContext; readonly caller: AdminCaller };
type ListAll = (request: FastifyRequest, reply: FastifyReply) => Promise<NexrenderServerJob[]>;

export function addNexrenderRoutes(app: RestApp, contextOf: ContextOf): void {
  const open: Open = (request, reply) => {
    const context = contextOf(request, reply);
    return { context, caller: createAdminCaller(context, { signal: untilGone(reply) }) };
  };
  const listWhole = wholeJobs();
  const listAll: ListAll = async (request, reply) => {
    const { jobs, cut } = await listWhole(open(request, reply).caller);
    if (cut) reply.header(CUT, 'older jobs are left out');
    return jobs;
  };
  addSubmit(app, open);
  addList(app, listAll);
  addListStatus(app, listAll);
  addShow(app, open);
  addShowStatus(app, open);
  addPut(app, open);
  addDelete(app, open);
  for (const url of ['/v1/jobs/pickup', '/v1/jobs/pickup/:tags']) {
    app.get(url, { schema: { hide: true } }, async () => {
      throw refuse('not_found', NO_PICKUP);
    });
  }
  app.get('/v1/health', { schema: { hide: true } }, async () => 'ok');
}

function addSubmit(app: RestApp, open: Open): void {
  app.route({
    method: 'POST',
    url: '/v1/jobs',
    schema: {
      ...deprecated,
      summary: 'Submit a nexrender job',
      description:
        '`priority` is nexrender’s: 0 is ours of 50, and larger runs first, within -50 and 50. ' +
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

function addList(app: RestApp, listAll: ListAll): void {
  app.route({
    method: 'GET',
    url: '/v1/jobs',
    schema: {
      ...deprecated,
      summary: 'List jobs, whole',
      description:
        `Oldest first, at most ${MOST_JOBS}, fewer where jobs are very large: ` +
        `the header \`${CUT}\` says that others are left out.`,
      response: { 200: z.array(nexrenderServerJob), ...problems('unauthenticated') },
    },
    handler: async (request, reply) => reply.send(await listAll(request, reply)),
  });
}

function addListStatus(app: RestApp, listAll: ListAll): void {
  app.route({
    method: 'GET',
    url: '/v1/jobs/status',
    schema: {
      ...deprecated,
      summary: 'List jobs, their states alone',
      response: { 200: z.array(nexrenderStatus), ...problems('unauthenticated') },
    },
    handler: async (request, reply) => reply.send((await listAll(request, reply)).map(showStatus)),
  });
}

function addShow(app: RestApp, open: Open): void {
  app.route({
    method: 'GET',
    url: '/v1/jobs/:uid',
    schema: {
      ...deprecated,
      summary: 'Show a job',
      params,
      response: { 200: nexrenderServerJob, ...problems('unauthenticated', 'job_not_found') },
    },
    errorHandler: sendErrorOfUid,
    handler: async (request, reply) =>
      reply.send(showJob(await open(request, reply).caller.getJob({ id: request.params.uid }))),
  });
}

function addShowStatus(app: RestApp, open: Open): void {
  app.route({
    method: 'GET',
    url: '/v1/jobs/:uid/status',
    schema: {
      ...deprecated,
      summary: 'Show the state of a job',
      params,
      response: { 200: nexrenderStatus, ...problems('unauthenticated', 'job_not_found') },
    },
    errorHandler: sendErrorOfUid,
    handler: async (request, reply) =>
      reply.send(
        showStatus(showJob(await open(request, reply).caller.getJob({ id: request.params.uid }))),
      ),
  });
}

function addPut(app: RestApp, open: Open): void {
  app.route({
    method: 'PUT',
    url: '/v1/jobs/:uid',
    schema: {
      ...deprecated,
      summary: 'Set the priority of a queued job',
      description:
        'Every other field is left out, or as the job shows it; a job that was read may be ' +
        'sent back with another priority.',
      params,
      body: z.looseObject({ priority: z.number().optional() }),
      response: {
        200: nexrenderServerJob,
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'job_not_found',
          'job_not_queued',
        ),
      },
    },
    errorHandler: sendErrorOfUid,
    handler: async (request, reply) => {
      const { context, caller } = open(request, reply);
      return reply.send(await setPriority(context, caller, request.params.uid, request.body));
    },
  });
}

function addDelete(app: RestApp, open: Open): void {
  app.route({
    method: 'DELETE',
    url: '/v1/jobs/:uid',
    schema: {
      ...deprecated,
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
      try {
        const { receipt } = await open(request, reply).caller.cancelJob({
          id,
          reason,
          waitMs: waitMs === undefined ? undefined : Number(waitMs),
        });
        const { outcome } = receipt;
        if (outcome === 'cancelled') return reply.send({ id, removed: true });
        return reply
          .code(isSettled(receipt) ? 200 : 202)
          .send({ id, removed: false, outcome, message: messageOf(receipt) });
      } catch (error) {
        const refused = error instanceof TRPCError ? problemOf(error) : null;
        if (refused?.code !== 'job_already_ended') throw error;
        return reply.send({ id, removed: false, message: refused.detail });
      }
    },
  });
}

/** A uid that is not a job id is an unknown job: 404, where /api answers 400. */
function sendErrorOfUid(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { uid } = params.parse(request.params);
  const malformed =
    error instanceof TRPCError &&
    problemOf(error).code === 'invalid_input' &&
    !jobIdSchema.safeParse(uid).success;
  return sendError(
    malformed
      ? refuse('job_not_found', `No job has the uid ${uid}; look it up in the list of jobs.`)
      : error,
    request,
    reply,
  );
}
