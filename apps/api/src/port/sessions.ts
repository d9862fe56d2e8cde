import { isAllowed, PERMISSIONS, refuse } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireSession } from './to-wire.ts';

type SessionsPort = Pick<AdminPort, 'login' | 'logout' | 'me' | 'listSessions' | 'revokeSession'>;

/** The part of the port that is about signing in and sessions. */
export function sessionsPort(db: Database, life: operations.SessionLife): SessionsPort {
  return {
    async login(requestContext, { username, password }) {
      const context = adminContext(db, requestContext);
      const { user, sessionId, expiresAt } = doneOrThrow(
        await operations.login(context, { username, password, life }),
      );
      return {
        user: { name: user.name, role: user.role },
        sessionId,
        expiresAt: expiresAt.toISOString(),
      };
    },

    async logout(requestContext, input) {
      await operations.logout(adminContext(db, requestContext), input);
    },

    async me({ actor }) {
      if (!('role' in actor)) throw refuse('unauthenticated');
      return {
        user: { name: actor.name, role: actor.role },
        can: {
          stop: isAllowed(actor, 'cancelJob'),
          prioritise: isAllowed(actor, 'setPriority'),
          submit: isAllowed(actor, 'submitJob'),
          access: isAllowed(actor, 'listUsers'),
          auditAll: isAllowed(actor, 'listAudit'),
        },
        admins: [...(await operations.listUserNames(db, PERMISSIONS.cancelJob))],
        serverTime: new Date().toISOString(),
      };
    },

    listSessions: async () => ({
      sessions: (await operations.listOpenSessions(db)).map(wireSession),
    }),

    async revokeSession(requestContext, input) {
      doneOrThrow(await operations.revokeSession(adminContext(db, requestContext), input));
    },
  };
}
