import { refuse } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { adminContext } from './admin-context.ts';
import { doneOrThrow } from './rejection-to-error.ts';

type JoinsPort = Pick<
  AdminPort,
  'inviteHost' | 'joinHost' | 'listInvitations' | 'revokeHostLogin' | 'withdrawInvitation'
>;

/** How hosts reach the database. */
export type HostDatabase = {
  /** Without a login. */
  readonly url: string;
  /** The root certificate of its server, in PEM. */
  readonly rootCertificate: string | null;
  /** Whether hosts on other machines reach it by this URL. */
  readonly fromElsewhere: boolean;
};

/** The part of the port for invitations and logins of hosts. */
export function joinsPort(db: Database, database: HostDatabase | null): JoinsPort {
  return {
    async inviteHost(requestContext, { name, replace: replaces, expiresInMinutes = null }) {
      const context = adminContext(db, requestContext);
      const { invitation, token } = doneOrThrow(
        await operations.inviteHost(context, { name, replaces, expiresInMinutes }),
      );
      const expiresAt = invitation.expiresAt.toISOString();
      return { name, token, expiresAt, fromElsewhere: database?.fromElsewhere === true };
    },

    async listInvitations() {
      const rows = await operations.listOpenInvitations(db);
      return {
        invitations: rows.map(({ host, replaces, createdBy, createdAt, expiresAt }) => ({
          ...{ name: host, replace: replaces, invitedBy: createdBy },
          ...{ invitedAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
        })),
      };
    },

    async withdrawInvitation(requestContext, { name }) {
      const context = adminContext(db, requestContext);
      const { changed } = doneOrThrow(await operations.withdrawInvitation(context, { name }));
      return { name, changed };
    },

    async joinHost(requestContext, { token, name = null, verifier }) {
      const isHere = requestContext.fromThisMachine === true;
      // Checked first, so that a token is not used up for a login that cannot connect.
      if (database === null || !(database.fromElsewhere || isHere))
        throw refuse('host_database_unknown');
      const context = adminContext(db, requestContext);
      const joined = doneOrThrow(await operations.joinHost(context, { token, name, verifier }));
      const { host, login, invitedBy, invitedAt } = joined;
      const { url, rootCertificate } = database;
      return {
        ...{ host, login, database: { url, rootCertificate } },
        ...{ invitedBy, invitedAt: invitedAt.toISOString() },
      };
    },

    async revokeHostLogin(requestContext, { name, reason }) {
      const context = adminContext(db, requestContext);
      const { login } = doneOrThrow(await operations.revokeHostLogin(context, { name, reason }));
      return { name, login };
    },
  };
}
