import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RestApp } from '../caller-of.ts';
import { problems } from '../problem.ts';
import { deprecated, findId, type Open, params, sendErrorOfUid } from './deprecated-route.ts';
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
export const CUT = 'renderdeck-list-cut';

const listQuery = z.object({
  types: z.string().optional().describe('Only jobs of these types, joined by commas.'),
});

type ListAll = (
  request: FastifyRequest<{ Querystring: z.infer<typeof listQuery> }>,
  reply: FastifyReply,
) => Promise<NexrenderServerJob[]>;

export function addListRoutes(app: RestApp, open: Open): void {
  const listWhole = wholeJobs();
  const listAll: ListAll = async (request, reply) => {
    const { jobs, cut } = await listWhole(open(request, reply).caller);
    if (cut) reply.header(CUT, 'older jobs are left out');
    const types = request.query.types?.split(',');
    return jobs.filter(({ type }) => types === undefined || types.includes(String(type)));
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
      querystring: listQuery,
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
      querystring: listQuery,
      response: { 200: z.array(nexrenderStatus), ...problems('unauthenticated') },
    },
    handler: async (request, reply) => reply.send((await listAll(request, reply)).map(showStatus)),
  });
}

export function addShowRoutes(app: RestApp, open: Open): void {
  addShow(app, open);
  addShowStatus(app, open);
}

async function readJob(
  { context, caller }: ReturnType<Open>,
  uid: string,
): Promise<NexrenderServerJob> {
  return showJob(await caller.getJob({ id: await findId(context, uid) }));
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
      reply.send(await readJob(open(request, reply), request.params.uid)),
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
      reply.send(showStatus(await readJob(open(request, reply), request.params.uid))),
  });
}
