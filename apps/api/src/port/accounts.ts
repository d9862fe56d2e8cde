import { ACTIONS, isAllowed, mayReadWholeAudit, refuse, VERSION } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { createAccessCache } from '../access-cache.ts';
import type { Authenticator } from '../authenticate.ts';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wireAccount, wireSession, wireToken } from './to-wire.ts';

type AccountsPort = Pick<
  AdminPort,
  'listUsers' | 'createUser' | 'updateUser' | 'listTokens' | 'createToken' | 'revokeToken'
>;

/** The part of the port for users and tokens. */
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

/** The part of the port for sign-in and sessions. */
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

/** Tells whether data about access may be cached now, and when such data changed. */
export type AccessChanges = Pick<Authenticator, 'mayCache' | 'onInvalidate'>;

type MeOptions = {
  readonly build: string | null;
  readonly keepJobsMs: number;
  readonly access: AccessChanges;
};

/** Longer than the time before the end of a session at which the page warns its user. */
const NEAR_MS = 6 * 60_000;

/**
 * The part of the port that tells a client which user it is. All data that it reads changes only
 * when access changes, so it may be cached.
 */
export function mePort(
  db: Database,
  { build, keepJobsMs, access }: MeOptions,
): Pick<AdminPort, 'me'> {
  const ends = createAccessCache<operations.SessionEnd | null>(access.mayCache);
  const admins = createAccessCache<readonly string[]>(access.mayCache);
  access.onInvalidate(() => {
    ends.clear();
    admins.clear();
  });
  // An end that is near is not taken from the cache: a user who prolongs the session must see the
  // new end at once.
  const findEnd = async (sessionId: string) => {
    const read = () => operations.readSessionEnd({ db }, { sessionId });
    const end = await ends.get(sessionId, read);
    const isNear = end !== null && end.endsAt.getTime() - Date.now() < NEAR_MS;
    return isNear ? await read() : end;
  };
  const findAdmins = () => operations.listUserNames(db, ACTIONS.cancelJob.role);
  return {
    async me({ actor }, { sessionId }) {
      if (!('role' in actor)) throw refuse('unauthenticated');
      const end = sessionId === null ? null : await findEnd(sessionId);
      return {
        user: { name: actor.name, role: actor.role },
        can: {
          stop: isAllowed(actor, 'cancelJob'),
          prioritise: isAllowed(actor, 'setPriority'),
          submit: isAllowed(actor, 'submitJob'),
          access: isAllowed(actor, 'listUsers'),
          auditAll: mayReadWholeAudit(actor),
        },
        admins: [...(await admins.get('', findAdmins))],
        keepJobsDays: keepJobsMs === 0 ? null : keepJobsMs / 86_400_000,
        serverTime: new Date().toISOString(),
        serverVersion: VERSION,
        session: end && { endsAt: end.endsAt.toISOString(), renewable: end.renewable },
        build,
      };
    },
  };
}
