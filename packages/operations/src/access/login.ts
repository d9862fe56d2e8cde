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
import {
  type AdminContext,
  audit,
  DONE,
  type Done,
  type Outcome,
  reject,
} from '../operation-context.ts';
import { countLogin, uncountLogin } from './limit-logins.ts';

/** A session ends `maxMs` after its sign-in, or after `idleMs` without a request. */
export type SessionLife = { readonly maxMs: number; readonly idleMs: number };
const HOUR_MS = 60 * 60 * 1000;
export const SESSION_LIFE = {
  maxMs: 12 * HOUR_MS,
  idleMs: 4 * HOUR_MS,
} as const satisfies SessionLife;

export type Login = {
  readonly username: string;
  readonly password: string;
  readonly life?: SessionLife;
};
export type SignedIn = {
  readonly user: UserRow;
  readonly sessionId: string;
  readonly expiresAt: Date;
};

/** Hashes with argon2id at the library's default cost, which OWASP recommends. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/**
 * The hash of a random password. It is verified for unknown users, so that they take as long as a
 * wrong password. Made at the first sign-in: most programs never need it.
 */
let decoy: Promise<string> | undefined;

/**
 * Opens a session for the right password of a user who is not disabled. Otherwise rejected with
 * `wrongCredentials`, whatever the cause. Both write an audit line. `tooManyLogins` checks no
 * password and writes no audit line here.
 */
export async function login(context: AdminContext, input: Login): Promise<Outcome<SignedIn>> {
  const { username, password, life = SESSION_LIFE } = input;
  const { address } = context.requestContext;
  const retryAfterSeconds = await countLogin(context.db, username, address);
  if (retryAfterSeconds !== null) return reject({ code: 'tooManyLogins', retryAfterSeconds });
  decoy ??= hash(randomBytes(32).toString('hex'));
  const decoyHash = await decoy;
  const user = await findUser(context.db, username);
  const right = await verify(user?.passwordHash ?? decoyHash, password);
  return await inTransaction(context.db, async (tx): Promise<Outcome<SignedIn>> => {
    if (user === null || !right || user.disabled) {
      const named = {
        ...context.requestContext,
        actor: { kind: ANONYMOUS, name: user?.name ?? 'unknown' },
      } as const;
      await audit(tx, named, { action: 'login', outcome: 'refused', code: 'wrong_credentials' });
      return reject({ code: 'wrongCredentials' });
    }
    await uncountLogin(tx, username, address);
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

/** Ends a session at once, on every API process. Without a session it does nothing. */
export async function logout(
  context: AdminContext,
  input: { readonly sessionId: string | null },
): Promise<Done> {
  const { sessionId } = input;
  if (sessionId === null) return DONE;
  return await inTransaction(context.db, async (tx) => {
    const ended = await revokeSessions(tx, { id: sessionId });
    if (ended.length === 0) return DONE;
    await audit(tx, context.requestContext, { action: 'logout', outcome: 'done' });
    await notify(tx, ACCESS_CHANNEL);
    return DONE;
  });
}
