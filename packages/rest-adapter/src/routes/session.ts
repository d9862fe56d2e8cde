import { login, loginInput, logout, userSchema } from '@renderdeck/contract';
import { z } from 'zod';
import type { CallerOf, RestApp } from '../caller-of.ts';
import { documentOf, placeOf, refusalsOf } from '../declared-routes.ts';

const success = z.literal(true);

/** Sign in, show the own user, sign out, and change the own password. */
export function addSessionRoutes(app: RestApp, callerOf: CallerOf): void {
  addSignIn(app, callerOf);
  addSignOut(app, callerOf);
}

function addSignIn(app: RestApp, callerOf: CallerOf): void {
  app.route({
    ...placeOf(login),
    schema: {
      ...documentOf(login),
      security: [],
      body: loginInput,
      response: {
        200: z.object({ success, user: userSchema }),
        ...refusalsOf(login),
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
    ...placeOf(logout),
    schema: {
      ...documentOf(logout),
      security: [],
      response: {
        204: z.undefined().describe('Signed out, or was not signed in.'),
        ...refusalsOf(logout),
      },
    },
    handler: async (request, reply) => {
      await callerOf(request, reply).logout();
      return reply.code(204).send();
    },
  });
}
