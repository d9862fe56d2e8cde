import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireAccount, wireSession, wireToken } from './to-wire.ts';

type AccountsPort = Pick<
  AdminPort,
  'listUsers' | 'createUser' | 'updateUser' | 'listTokens' | 'createToken' | 'revokeToken'
>;

/** The part of the port that is about users and tokens. */
export function accountsPort(db: Database): AccountsPort {
  return {
    listUsers: async () => ({ users: (await operations.listAccounts(db, null)).map(wireAccount) }),

    async createUser(requestContext, input) {
      const context = adminContext(db, requestContext);
      const { account } = doneOrThrow(await operations.createUser(context, input));
      return { user: wireAccount(account) };
    },

    async updateUser(requestContext, input) {
      const context = adminContext(db, requestContext);
      const { account } = doneOrThrow(await operations.updateUser(context, input));
      return { user: wireAccount(account) };
    },

    listTokens: async () => ({ tokens: (await operations.listTokens(db)).map(wireToken) }),

    async createToken(requestContext, { name, role, expiresInDays = null }) {
      const context = adminContext(db, requestContext);
      const { token, secret } = doneOrThrow(
        await operations.createToken(context, { name, role, expiresInDays }),
      );
      return { token: wireToken(token), secret };
    },

    async revokeToken(requestContext, input) {
      const context = adminContext(db, requestContext);
      const { token } = doneOrThrow(await operations.revokeToken(context, input));
      return { token: wireToken(token) };
    },
  };
}

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
