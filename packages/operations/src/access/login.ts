import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { ANONYMOUS } from '@renderdeck/domain';
import {
  ACCESS_CHANNEL,
  type Database,
  findUser,
  insertSession,
  inTransaction,
  lockUserForLogin,
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

/** How often a password is verified again because it was changed meanwhile. */
const MAX_VERIFIES = 3;

/**
 * Opens a session for the right password of a user who is not disabled. Otherwise rejected with
 * `wrongCredentials`, whatever the cause. Both write an audit line. `tooManyLogins` checks no
 * password and writes no audit line here.
 *
 * A change of the user and the session are in order: the session is made with the password, role
 * and right to sign in that its transaction sees locked. A change after it ends the session.
 */
export async function login(context: AdminContext, input: Login): Promise<Outcome<SignedIn>> {
  const { username, password } = input;
  const retryAfterSeconds = await countLogin(context.db, username, context.requestContext.address);
  if (retryAfterSeconds !== null) return reject({ code: 'tooManyLogins', retryAfterSeconds });
  decoy ??= hash(randomBytes(32).toString('hex'));
  const decoyHash = await decoy;
  for (let verifies = 1; ; verifies += 1) {
    const seen = await findUser(context.db, username);
    const right = await verify(seen?.passwordHash ?? decoyHash, password);
    const outcome = await inTransaction(context.db, async (tx) => {
      const user = await lockUserForLogin(tx, username);
      const isVerified = user?.passwordHash === seen?.passwordHash;
      if (!isVerified && verifies < MAX_VERIFIES) return null;
      return user === null || !right || !isVerified || user.disabled
        ? await refuseLogin(tx, context, user?.name ?? 'unknown')
        : await openSession(tx, context, input, user);
    });
    if (outcome !== null) return outcome;
  }
}

async function refuseLogin(
  tx: Database,
  { requestContext }: AdminContext,
  name: string,
): Promise<Outcome<SignedIn>> {
  const named = { ...requestContext, actor: { kind: ANONYMOUS, name } } as const;
  await audit(tx, named, { action: 'login', outcome: 'refused', code: 'wrong_credentials' });
  return reject({ code: 'wrongCredentials' });
}

async function openSession(
  tx: Database,
  context: AdminContext,
  { username, life = SESSION_LIFE }: Login,
  user: UserRow,
): Promise<Outcome<SignedIn>> {
  const { address } = context.requestContext;
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
