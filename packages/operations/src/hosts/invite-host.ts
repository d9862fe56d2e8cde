import { randomBytes } from 'node:crypto';
import { decideInvite, INVITATION } from '@renderdeck/domain';
import {
  deleteOldInvitations,
  findHostLoginState,
  type InvitationRow,
  insertInvitation,
  inTransaction,
} from '@renderdeck/store';
import { tokenHash } from '../access/authenticate.ts';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';

const MINUTE_MS = 60_000;

export type NewInvitation = {
  readonly name: string;
  /** A login that the host has already gets a new password when the host joins. */
  readonly replaces: boolean;
  readonly expiresInMinutes: number | null;
};

/**
 * Makes an invitation and returns its token, only this once. An open invitation of the same host
 * ends. Rejected if the host has a login that may not be replaced, or if no login can be made.
 */
export async function inviteHost(
  context: AdminContext,
  { name, replaces, expiresInMinutes }: NewInvitation,
): Promise<Result<{ readonly invitation: InvitationRow; readonly token: string }>> {
  const token = `rdj_${randomBytes(32).toString('base64url')}`;
  const lastsMs = (expiresInMinutes ?? INVITATION.defaultMinutes) * MINUTE_MS;
  const { requestContext } = context;
  return await inTransaction(
    context.db,
    async (tx): Promise<Result<{ invitation: InvitationRow; token: string }>> => {
      const state = await findHostLoginState(tx, name);
      const decision = decideInvite({ name, replaces, ...state });
      if (!decision.ok) return reject(decision.rejection);
      await deleteOldInvitations(tx);
      const row = {
        id: context.newId(),
        host: name,
        tokenHash: tokenHash(token),
        replaces,
        createdBy: requestContext.actor.name,
      };
      const invitation = await insertInvitation(tx, row, lastsMs);
      await audit(tx, requestContext, {
        action: 'inviteHost',
        outcome: 'done',
        after: { host: name, replaces, expiresAt: invitation.expiresAt.toISOString() },
      });
      return { ok: true, invitation, token };
    },
  );
}
