import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireSession } from './to-wire.ts';

type SessionsPort = Pick<
  AdminPort,
  'login' | 'logout' | 'changePassword' | 'listSessions' | 'revokeSession'
>;

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

    async changePassword(requestContext, input) {
      doneOrThrow(await operations.changePassword(adminContext(db, requestContext), input));
    },

    listSessions: async () => ({
      sessions: (await operations.listOpenSessions(db)).map(wireSession),
    }),

    async revokeSession(requestContext, input) {
      doneOrThrow(await operations.revokeSession(adminContext(db, requestContext), input));
    },
  };
}
