import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireAccount, wireToken } from './to-wire.ts';

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
