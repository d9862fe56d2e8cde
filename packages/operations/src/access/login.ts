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
import { countLogin, forgiveLogin } from './limit-logins.ts';

/** A session ends so long after its sign-in, and when nothing was asked with it for so long. */
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

/** Hashes with argon2id and the library's own cost, OWASP's. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/**
 * The hash of no password: an unknown user costs the same time as a wrong password. Made by whoever
 * signs in first, not by programs where nobody does.
 */
let decoy: Promise<string> | undefined;

/**
 * Opens a session for the right password of a user who is not disabled. Rejected otherwise, with
 * the same code for every cause; both leave an audit line. `tooManyLogins` looks at no password and
 * leaves no line here.
 */
export async function login(context: AdminContext, input: Login): Promise<Outcome<SignedIn>> {
  const { username, password, life = SESSION_LIFE } = input;
  const { address } = context.requestContext;
  const retryAfterSeconds = await countLogin(context.db, username, address);
  if (retryAfterSeconds !== null) return reject({ code: 'tooManyLogins', retryAfterSeconds });
  decoy ??= hash(randomBytes(32).toString('hex'));
  const nobodys = await decoy;
  const user = await findUser(context.db, username);
  const right = await verify(user?.passwordHash ?? nobodys, password);
  return await inTransaction(context.db, async (tx): Promise<Outcome<SignedIn>> => {
    if (user === null || !right || user.disabled) {
      const named = {
        ...context.requestContext,
        actor: { kind: ANONYMOUS, name: user?.name ?? 'unknown' },
      } as const;
      await audit(tx, named, { action: 'login', outcome: 'refused', code: 'wrong_credentials' });
      return reject({ code: 'wrongCredentials' });
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
