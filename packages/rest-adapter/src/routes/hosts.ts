import {
  checkHostInput,
  checkHostOutput,
  declareHostGoneInput,
  declareHostGoneOutput,
  hostNameSchema,
  listHostsOutput,
  releaseHostInput,
  releaseHostOutput,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const params = z.object({ name: hostNameSchema });

/** List the render hosts, check one, declare one gone, hand a name over. */
export function addHostRoutes(app: RestApp, callerOf: CallerOf): void {
  addListHosts(app, callerOf);
  addCheck(app, callerOf);
  addDeclareGone(app, callerOf);
  addRelease(app, callerOf);
}

function addListHosts(app: RestApp, callerOf: CallerOf): void {
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

function addCheck(app: RestApp, callerOf: CallerOf): void {
  const { waitMs } = checkHostInput.shape;
  const answer = checkHostOutput.extend({ success: z.literal(true) });
  app.route({
    method: 'POST',
    url: '/hosts/:name/check',
    schema: {
      tags: ['hosts'],
      summary: 'Let a host check itself',
      description:
        'The host starts its renderer, tries its rights and its disk, and renders a frame where ' +
        'it can. `host.check` is the result. A host that paused takes jobs again where the check ' +
        'holds, also those that it gave back. 202 where it has not finished within `waitMs`.',
      params,
      body: z.object({ waitMs }).optional(),
      response: {
        200: answer,
        202: answer,
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'host_not_found',
          'host_not_heard',
        ),
      },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const result = await callerOf(request, reply, { mayWait: true }).checkHost({
        ...request.body,
        name,
      });
      return reply.code(result.finished ? 200 : 202).send({ ...result, success: true });
    },
  });
}

function addDeclareGone(app: RestApp, callerOf: CallerOf): void {
  const { confirmName, reason } = declareHostGoneInput.shape;
  app.route({
    method: 'POST',
    url: '/hosts/:name/gone',
    schema: {
      tags: ['hosts'],
      summary: 'Declare a host gone for ever',
      description:
        'For a host that will not come back. Its open attempts count as ended from now on, and ' +
        'the receipts say `declared`, never `cancelled`: nothing proves that they ended. If the ' +
        'host comes back and proves them, its proof counts. `confirmName` is its name again.',
      params,
      body: z.object({ confirmName, reason }),
      response: {
        200: declareHostGoneOutput.extend({ success: z.literal(true) }),
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'host_not_found',
          'host_heard',
          'host_holds_jobs',
        ),
      },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const answer = await callerOf(request, reply).declareHostGone({ ...request.body, name });
      return reply.send({ ...answer, success: true });
    },
  });
}

function addRelease(app: RestApp, callerOf: CallerOf): void {
  const { reason } = releaseHostInput.shape;
  app.route({
    method: 'POST',
    url: '/hosts/:name/release',
    schema: {
      tags: ['hosts'],
      summary: "Hand a host's name over",
      description:
        'The next host that registers with this name may take it. Open attempts of the old host ' +
        'stay open: that host alone can prove that they ended, also under another name.',
      params,
      body: z.object({ reason }),
      response: {
        200: releaseHostOutput.extend({ success: z.literal(true) }),
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'forbidden',
          'host_not_found',
          'host_heard',
        ),
      },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const answer = await callerOf(request, reply).releaseHost({ ...request.body, name });
      return reply.send({ ...answer, success: true });
    },
  });
}
