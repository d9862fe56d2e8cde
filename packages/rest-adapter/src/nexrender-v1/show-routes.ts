import { problems } from '../refusals.ts';
import type { RestApp } from '../rest-app.ts';
import { deprecated, type Open } from './deprecated-route.ts';
import { nexrenderServerJob, nexrenderStatus, showJob, showStatus } from './show-job.ts';
import { params, sendErrorOfUid } from './uid.ts';

export function addShowRoutes(app: RestApp, open: Open): void {
  addShow(app, open);
  addShowStatus(app, open);
}

function addShow(app: RestApp, open: Open): void {
  app.route({
    method: 'GET',
    url: '/v1/jobs/:uid',
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
    method: 'GET',
    url: '/v1/jobs/:uid/status',
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
