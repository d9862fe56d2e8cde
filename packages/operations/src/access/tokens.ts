import { randomBytes } from 'node:crypto';
import type { Role } from '@renderdeck/domain';
import {
  ACCESS_CHANNEL,
  findToken,
  insertToken,
  inTransaction,
  notify,
  revokeSessions,
  revokeToken as revokeTokenRow,
  type TokenRow,
} from '@renderdeck/store';
import { type AdminContext, audit } from '../operation-context.ts';
import { tokenHash } from './authenticate.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes a token for a named program and gives its secret, this once; null where the name is taken. */
export async function createToken(
  context: AdminContext,
  token: { readonly name: string; readonly role: Role; readonly expiresInDays: number | null },
): Promise<{ readonly token: TokenRow; readonly secret: string } | null> {
  const secret = `rd_${randomBytes(32).toString('base64url')}`;
  const lastsMs = token.expiresInDays === null ? null : token.expiresInDays * DAY_MS;
  return await inTransaction(context.db, async (tx) => {
    const row = {
      id: context.newId(),
      name: token.name,
      role: token.role,
      secretHash: tokenHash(secret),
      createdBy: context.requestContext.actor.name,
    };
    const made = await insertToken(tx, row, lastsMs);
    if (made === null) return null;
    const after = {
      token: token.name,
      role: token.role,
      expiresAt: made.expiresAt?.toISOString() ?? null,
    };
    await audit(tx, context.requestContext, { action: 'createToken', outcome: 'done', after });
    return { token: made, secret };
  });
}

/** Ends a token at once, on every API process; one that is revoked stays as it was. Null where no token has the name. */
export async function revokeToken(context: AdminContext, name: string): Promise<TokenRow | null> {
  return await inTransaction(context.db, async (tx) => {
    const revoked = await revokeTokenRow(tx, name);
    const token = revoked ?? (await findToken(tx, name));
    if (token === null) return null;
    const outcome = revoked === null ? 'noop' : 'done';
    await audit(tx, context.requestContext, {
      action: 'revokeToken',
      outcome,
      before: { token: token.name, role: token.role },
    });
    if (revoked !== null) await notify(tx, ACCESS_CHANNEL);
    return token;
  });
}

/** Ends a session at once, on every API process; false where it was over already. */
export async function revokeSession(context: AdminContext, id: string): Promise<boolean> {
  return await inTransaction(context.db, async (tx) => {
    const [user] = await revokeSessions(tx, { id });
    if (user === undefined) return false;
    await audit(tx, context.requestContext, {
      action: 'revokeSession',
      outcome: 'done',
      before: { session: id, user },
    });
    await notify(tx, ACCESS_CHANNEL);
    return true;
  });
}
