import { randomBytes } from 'node:crypto';
import type { Role } from '@renderdeck/domain';
import {
  ACCESS_CHANNEL,
  findToken,
  insertToken,
  inTransaction,
  lockAccountName,
  notify,
  revokeSessions,
  revokeToken as revokeTokenRow,
  type TokenRow,
} from '@renderdeck/store';
import { type AdminContext, audit, DONE, type Result, reject } from '../operation-context.ts';
import { tokenHash } from './authenticate.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export type NewToken = {
  readonly name: string;
  readonly role: Role;
  readonly expiresInDays: number | null;
};

/**
 * Creates a token for a program and returns its secret, only this once. Rejected if a user or token
 * has the name or a name that looks the same.
 */
export async function createToken(
  context: AdminContext,
  input: NewToken,
): Promise<Result<{ readonly token: TokenRow; readonly secret: string }>> {
  const { name, role, expiresInDays } = input;
  const secret = `rd_${randomBytes(32).toString('base64url')}`;
  const lastsMs = expiresInDays === null ? null : expiresInDays * DAY_MS;
  return await inTransaction(
    context.db,
    async (tx): Promise<Result<{ token: TokenRow; secret: string }>> => {
      const taken = { code: 'nameTaken', of: 'token', name } as const;
      if (await lockAccountName(tx, name)) return reject(taken);
      const row = {
        id: context.newId(),
        name,
        role,
        secretHash: tokenHash(secret),
        createdBy: context.requestContext.actor.name,
      };
      const token = await insertToken(tx, row, lastsMs);
      if (token === null) return reject(taken);
      const after = { token: name, role, expiresAt: token.expiresAt?.toISOString() ?? null };
      await audit(tx, context.requestContext, { action: 'createToken', outcome: 'done', after });
      return { ok: true, token, secret };
    },
  );
}

/**
 * Revokes a token at once, on every API process. A token that is already revoked stays unchanged.
 */
export async function revokeToken(
  context: AdminContext,
  input: { readonly name: string },
): Promise<Result<{ readonly token: TokenRow }>> {
  const { name } = input;
  return await inTransaction(context.db, async (tx): Promise<Result<{ token: TokenRow }>> => {
    const revoked = await revokeTokenRow(tx, name);
    const token = revoked ?? (await findToken(tx, name));
    if (token === null) return reject({ code: 'unknownToken', name });
    const outcome = revoked === null ? 'noop' : 'done';
    await audit(tx, context.requestContext, {
      action: 'revokeToken',
      outcome,
      before: { token: token.name, role: token.role },
    });
    if (revoked !== null) await notify(tx, ACCESS_CHANNEL);
    return { ok: true, token };
  });
}

/** Ends a session at once, on every API process. Rejected if it is already over. */
export async function revokeSession(
  context: AdminContext,
  input: { readonly id: string },
): Promise<Result> {
  const { id } = input;
  return await inTransaction(context.db, async (tx): Promise<Result> => {
    const [user] = await revokeSessions(tx, { id });
    if (user === undefined) return reject({ code: 'unknownSession', id });
    await audit(tx, context.requestContext, {
      action: 'revokeSession',
      outcome: 'done',
      before: { session: id, user },
    });
    await notify(tx, ACCESS_CHANNEL);
    return DONE;
  });
}
