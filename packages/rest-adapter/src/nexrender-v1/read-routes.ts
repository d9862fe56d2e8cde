import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RestApp } from '../caller-of.ts';
import { problems } from '../problem.ts';
import { deprecated, type Open, params, sendErrorOfUid } from './deprecated-route.ts';
import { MOST_JOBS, wholeJobs } from './list-whole.ts';
import { NEXRENDER_ROUTES } from './route-table.ts';
import {
  type NexrenderServerJob,
  nexrenderServerJob,
  nexrenderStatus,
  showJob,
  showStatus,
} from './show-job.ts';

/** The header that says that a list is not complete. */
const CUT = 'renderdeck-list-cut';

type ListAll = (request: FastifyRequest, reply: FastifyReply) => Promise<NexrenderServerJob[]>;

export function addListRoutes(app: RestApp, open: Open): void {
  const listWhole = wholeJobs();
  const listAll: ListAll = async (request, reply) => {
    const { jobs, cut } = await listWhole(open(request, reply).caller);
    if (cut) reply.header(CUT, 'older jobs are left out');
    return jobs;
  };
  addList(app, listAll);
  addListStatus(app, listAll);
}

function addList(app: RestApp, listAll: ListAll): void {
  app.route({
    ...NEXRENDER_ROUTES.list.place,
    schema: {
      ...deprecated,
      operationId: 'nexrenderListJobs',
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
    ...NEXRENDER_ROUTES.listStatus.place,
    schema: {
      ...deprecated,
      operationId: 'nexrenderListStates',
      summary: 'List jobs, their states alone',
      response: { 200: z.array(nexrenderStatus), ...problems('unauthenticated') },
    },
    handler: async (request, reply) => reply.send((await listAll(request, reply)).map(showStatus)),
  });
}

export function addShowRoutes(app: RestApp, open: Open): void {
  addShow(app, open);
  addShowStatus(app, open);
}

function addShow(app: RestApp, open: Open): void {
  app.route({
    ...NEXRENDER_ROUTES.show.place,
    schema: {
      ...deprecated,
      operationId: 'nexrenderShowJob',
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
    ...NEXRENDER_ROUTES.showStatus.place,
    schema: {
      ...deprecated,
      operationId: 'nexrenderShowState',
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
