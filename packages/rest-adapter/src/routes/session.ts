import { loginInput, userSchema } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

const success = z.literal(true);

/** Sign in, see who one is, sign out, and change one's own password. */
export function addSessionRoutes(app: RestApp, callerOf: CallerOf): void {
  addSignIn(app, callerOf);
  addSignOut(app, callerOf);
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
