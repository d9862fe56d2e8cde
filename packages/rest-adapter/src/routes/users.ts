import {
  createUserInput,
  createUserOutput,
  listUsersOutput,
  updateUserInput,
} from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const params = updateUserInput.pick({ name: true });
const answer = createUserOutput.extend({ success: z.literal(true) });
const ACCESS = ['unauthenticated', 'forbidden'] as const;

/** List, add and change users. */
export function addUserRoutes(app: RestApp, callerOf: CallerOf): void {
  addList(app, callerOf);
  addCreate(app, callerOf);
  addUpdate(app, callerOf);
}

function addList(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/users',
    schema: {
      tags: ['access'],
      summary: 'List users',
      response: { 200: listUsersOutput, ...problems(...ACCESS) },
    },
    handler: async (request, reply) => reply.send(await callerOf(request, reply).listUsers()),
  });
}

function addCreate(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'POST',
    url: '/users',
    schema: {
      tags: ['access'],
      summary: 'Add a user',
      body: createUserInput,
      response: {
        201: answer,
        ...problems('invalid_input', 'invalid_json', ...ACCESS, 'name_taken'),
      },
    },
    handler: async (request, reply) => {
      const added = await callerOf(request, reply).createUser({ ...request.body });
      return reply.code(201).send({ ...added, success: true });
    },
  });
}

function addUpdate(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'PATCH',
    url: '/users/:name',
    schema: {
      tags: ['access'],
      summary: 'Change a user',
      description:
        'Only what is given changes. A new role, a new password and `disabled` end every session ' +
        'of the user. The last admin stays admin. No user is deleted: the audit log names them.',
      params,
      body: updateUserInput.omit({ name: true }),
      response: {
        200: answer,
        ...problems('invalid_input', 'invalid_json', ...ACCESS, 'not_found', 'last_admin'),
      },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const changed = await callerOf(request, reply).updateUser({ ...request.body, name });
      return reply.send({ ...changed, success: true });
    },
  });
}
