/*
 * The routes of /api, each with what it takes, what it answers and how it can fail. A route hands the request to the procedure of the
 * same name as it came; nothing is checked or decided here but the status and the sentence of the answer.
 */

import { Readable } from 'node:stream';
import {
  cancelJobInput,
  cancelReceiptSchema,
  getJobOutput,
  jobIdSchema,
  jobSchema,
  listAuditInput,
  listAuditOutput,
  listHostsOutput,
  listJobsInput,
  listJobsOutput,
  loginInput,
  priorityReceiptSchema,
  setPriorityInput,
  submitJobInput,
  userSchema,
} from '@renderdeck/contract';
import { type ApiContext, createAdminCaller } from '@renderdeck/contract/router';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { auditCsv } from './audit-csv.ts';
import { isSettled, messageOf } from './cancel-answer.ts';
import { expectedVersion, showVersion } from './job-version.ts';
import { problems } from './openapi.ts';
import type { RestApp } from './rest-app.ts';
import { untilGone } from './until-gone.ts';

const success = z.literal(true);
const params = z.object({ id: jobIdSchema });
const cancelAnswer = z.object({ success, message: z.string(), receipt: cancelReceiptSchema });

/** The answer is streamed: its schema is for the document alone. */
const CSV_ANSWER: Readonly<Record<string, object>> = {
  200: {
    description: 'A head and one row a line.',
    content: { 'text/csv': { schema: z.string() } },
  },
};

export function addRoutes(
  app: RestApp,
  contextOf: (request: FastifyRequest, reply: FastifyReply) => ApiContext,
): void {
  const callerOf = (request: FastifyRequest, reply: FastifyReply) =>
    createAdminCaller(contextOf(request, reply), { signal: untilGone(reply) });

  app.route({
    method: 'POST',
    url: '/session',
    schema: {
      tags: ['session'],
      summary: 'Sign in',
      description: 'The answer sets the session cookie.',
      security: [],
      body: loginInput,
      response: {
        200: z.object({ success, user: userSchema }),
        ...problems('invalid_input', 'invalid_json', 'wrong_credentials', 'cross_site'),
      },
    },
    handler: async (request, reply) => {
      const signedIn = await callerOf(request, reply).login({ ...request.body });
      return reply.send({ success: true, user: signedIn.user });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/session',
    schema: {
      tags: ['session'],
      summary: 'Sign out',
      security: [],
      response: {
        204: z.undefined().describe('Signed out, or was not signed in.'),
        ...problems('cross_site'),
      },
    },
    handler: async (request, reply) => {
      await callerOf(request, reply).logout();
      return reply.code(204).send();
    },
  });

  app.route({
    method: 'POST',
    url: '/jobs',
    schema: {
      tags: ['jobs'],
      summary: 'Submit a nexrender job',
      description:
        'Location names the new job. With an `Idempotency-Key` the same submission again, by the same user or token, gives the first job and queues nothing.',
      headers: z.object({
        'idempotency-key': z
          .string()
          .optional()
          .describe('Made anew by the client for each submission.'),
      }),
      body: submitJobInput.omit({ idempotencyKey: true }),
      response: {
        201: z.object({ success, job: jobSchema }),
        ...problems(
          'invalid_input',
          'invalid_json',
          'job_refused',
          'unauthenticated',
          'forbidden',
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

  app.route({
    method: 'GET',
    url: '/jobs',
    schema: {
      tags: ['jobs'],
      summary: 'List jobs',
      description:
        'Running jobs first, then the queue in its order, then what ended, newest first. `nextCursor` asks for the next page.',
      querystring: listJobsInput.pick({ status: true, cursor: true, limit: true }),
      response: {
        200: listJobsOutput.pick({ jobs: true, nextCursor: true }),
        ...problems('invalid_input', 'unauthenticated'),
      },
    },
    handler: async (request, reply) => {
      const { status, cursor, limit } = request.query;
      const { jobs, nextCursor } = await callerOf(request, reply).listJobs({
        status,
        cursor,
        limit,
      });
      return reply.send({ jobs, nextCursor });
    },
  });

  app.route({
    method: 'GET',
    url: '/jobs/:id',
    schema: {
      tags: ['jobs'],
      summary: 'Show a job',
      description:
        'ETag is its version: `If-Match` of a later change refuses it where somebody was quicker.',
      params,
      response: {
        200: getJobOutput.pick({ job: true }),
        ...problems('invalid_input', 'unauthenticated', 'job_not_found'),
      },
    },
    handler: async (request, reply) => {
      const found = await callerOf(request, reply).getJob({ id: request.params.id });
      showVersion(reply, found.job);
      return reply.send({ job: found.job });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/jobs/:id',
    schema: {
      tags: ['jobs'],
      summary: 'Cancel a job',
      description:
        'Stops a running job, or takes a queued one out of the queue. 200 when it is over, 202 while its host has not confirmed that nothing of it runs. Asked again, the answer is the first receipt, with what is known by then.',
      params,
      querystring: cancelJobInput.pick({ reason: true, waitMs: true }),
      body: cancelJobInput.pick({ reason: true }).optional(),
      response: {
        200: cancelAnswer,
        202: cancelAnswer,
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'job_not_found',
          'job_already_ended',
        ),
      },
    },
    handler: async (request, reply) => {
      const { waitMs } = request.query;
      const reason = { ...request.body }.reason ?? request.query.reason;
      const { receipt } = await callerOf(request, reply).cancelJob({
        id: request.params.id,
        reason,
        waitMs: waitMs === undefined ? undefined : Number(waitMs),
      });
      return reply
        .code(isSettled(receipt) ? 200 : 202)
        .send({ success: true, message: messageOf(receipt), receipt });
    },
  });

  app.route({
    method: 'PATCH',
    url: '/jobs/:id/priority',
    schema: {
      tags: ['jobs'],
      summary: 'Set the priority of a queued job',
      description:
        'A whole number from 0 to 100, larger runs first. `newPosition` is the exact place in the queue, 1 is next. `If-Match` with the ETag of the job as you saw it is `expectedVersion`.',
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

  app.route({
    method: 'GET',
    url: '/audit',
    schema: {
      tags: ['audit'],
      summary: 'List audit lines, newest first',
      querystring: listAuditInput,
      response: {
        200: listAuditOutput,
        ...problems('invalid_input', 'unauthenticated', 'forbidden'),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).listAudit(request.query)),
  });

  app.route({
    method: 'GET',
    url: '/audit.csv',
    schema: {
      tags: ['audit'],
      summary: 'Export audit lines as CSV, newest first',
      description:
        'Every line that fits, not a page of them. A cell that a spreadsheet would take for a formula begins with an apostrophe. An answer that breaks off is not whole.',
      querystring: listAuditInput.omit({ cursor: true, limit: true }),
      response: { ...CSV_ANSWER, ...problems('invalid_input', 'unauthenticated', 'forbidden') },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request, reply);
      const read = (cursor?: string) => caller.listAudit({ ...request.query, limit: 500, cursor });
      const lines = Readable.from(auditCsv(await read(), read), { objectMode: false });
      reply
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .type('text/csv; charset=utf-8');
      return reply.send(lines);
    },
  });

  app.route({
    method: 'GET',
    url: '/hosts',
    schema: {
      tags: ['hosts'],
      summary: 'List render hosts',
      response: { 200: listHostsOutput, ...problems('unauthenticated') },
    },
    handler: async (request, reply) => reply.send(await callerOf(request, reply).listHosts()),
  });
}
