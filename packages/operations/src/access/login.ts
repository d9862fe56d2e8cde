import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { ANONYMOUS } from '@renderdeck/domain';
import {
  ACCESS_CHANNEL,
  findUser,
  insertSession,
  inTransaction,
  notify,
  revokeSessions,
  type UserRow,
} from '@renderdeck/store';
import { type AdminContext, audit } from '../operation-context.ts';
import { countLogin, forgiveLogin } from './limit-logins.ts';

/** A session ends so long after its sign-in, and when nothing was asked with it for so long. */
export type SessionLife = { readonly maxMs: number; readonly idleMs: number };
const HOUR_MS = 60 * 60 * 1000;
export const SESSION_LIFE = {
  maxMs: 12 * HOUR_MS,
  idleMs: 4 * HOUR_MS,
} as const satisfies SessionLife;

export type SignedIn = {
  readonly ok: true;
  readonly user: UserRow;
  readonly sessionId: string;
  readonly expiresAt: Date;
};
/** `retryAfterSeconds`: too many were tried, and until then none is looked at; null: name or password is wrong. */
export type NotSignedIn = { readonly ok: false; readonly retryAfterSeconds: number | null };

/** Hashes with argon2id and the library's own cost, OWASP's. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** The hash of no password: an unknown user costs the same time as a wrong password. Made by whoever signs in first, not by programs where nobody does. */
let decoy: Promise<string> | undefined;

/**
 * Opens a session for the right password of a user who is not disabled; refused otherwise, alike for every cause. Both leave an audit line; one that
 * is not looked at leaves none here.
 */
export async function login(
  context: AdminContext,
  username: string,
  password: string,
  life: SessionLife = SESSION_LIFE,
): Promise<SignedIn | NotSignedIn> {
  const { address } = context.requestContext;
  const retryAfterSeconds = await countLogin(context.db, username, address);
  if (retryAfterSeconds !== null) return { ok: false, retryAfterSeconds };
  decoy ??= hash(randomBytes(32).toString('hex'));
  const nobodys = await decoy;
  const user = await findUser(context.db, username);
  const right = await verify(user?.passwordHash ?? nobodys, password);
  return await inTransaction(context.db, async (tx) => {
    if (user === null || !right || user.disabled) {
      const named = {
        ...context.requestContext,
        actor: { kind: ANONYMOUS, name: user?.name ?? 'unknown' },
      } as const;
      await audit(tx, named, { action: 'login', outcome: 'refused', code: 'wrong_credentials' });
      return { ok: false, retryAfterSeconds: null };
    }
    await forgiveLogin(tx, username, address);
    const sessionId = context.newId();
    const expiresAt = await insertSession(
      tx,
      { id: sessionId, userId: user.id, address, idleMs: life.idleMs },
      life.maxMs,
    );
    const actor = { kind: 'user', id: user.id, name: user.name, role: user.role } as const;
    await audit(tx, { ...context.requestContext, actor }, { action: 'login', outcome: 'done' });
    return { ok: true, user, sessionId, expiresAt };
  });
}

/** Ends a session at once, on every API process. Without one it does nothing. */
export async function logout(context: AdminContext, sessionId: string | null): Promise<void> {
  if (sessionId === null) return;
  await inTransaction(context.db, async (tx) => {
    const ended = await revokeSessions(tx, { id: sessionId });
    if (ended.length === 0) return;
    await audit(tx, context.requestContext, { action: 'logout', outcome: 'done' });
    await notify(tx, ACCESS_CHANNEL);
  });
}
