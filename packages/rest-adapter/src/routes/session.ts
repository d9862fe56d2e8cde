import { changePasswordInput, loginInput, meOutput, userSchema } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const success = z.literal(true);

/** Sign in, see who one is, sign out, and change one's own password. */
export function addSessionRoutes(app: RestApp, callerOf: CallerOf): void {
  addSignIn(app, callerOf);
  addMe(app, callerOf);
  addSignOut(app, callerOf);
  addChangePassword(app, callerOf);
}

function addSignIn(app: RestApp, callerOf: CallerOf): void {
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
}

function addMe(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/session',
    schema: {
      tags: ['session'],
      summary: 'Show who you are and what you may do',
      description: '`session` says when a session ends; it is null for a token.',
      response: { 200: meOutput, ...problems('unauthenticated') },
    },
    handler: async (request, reply) => reply.send(await callerOf(request, reply).me()),
  });
}

function addSignOut(app: RestApp, callerOf: CallerOf): void {
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
}

function addChangePassword(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'PUT',
    url: '/session/password',
    schema: {
      tags: ['session'],
      summary: 'Change your own password',
      description:
        'Ends every other session of yours. A wrong present password counts like a failed ' +
        'sign-in. A token has no password.',
      body: changePasswordInput,
      response: {
        200: z.object({ success }),
        ...problems(
          'invalid_input',
          'invalid_json',
          'unauthenticated',
          'wrong_password',
          'forbidden',
          'too_many_requests',
          'cross_site',
        ),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).changePassword({ ...request.body })),
  });
}
