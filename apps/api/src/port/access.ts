import { isAllowed, PERMISSIONS, refuse } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireAccount, wireSession, wireToken } from './to-wire.ts';

type AccessPort = Pick<
  AdminPort,
  | 'login'
  | 'logout'
  | 'me'
  | 'listUsers'
  | 'createUser'
  | 'updateUser'
  | 'listTokens'
  | 'createToken'
  | 'revokeToken'
  | 'listSessions'
  | 'revokeSession'
>;

/** The part of the port that is about sessions, users and tokens. */
export function accessPort(db: Database, life: operations.SessionLife): AccessPort {
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

    listSessions: async () => ({
      sessions: (await operations.listOpenSessions(db)).map(wireSession),
    }),

    async revokeSession(requestContext, input) {
      doneOrThrow(await operations.revokeSession(adminContext(db, requestContext), input));
    },
  };
}
