import { randomBytes } from 'node:crypto';
import { hash } from '@node-rs/argon2';
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
  type Rejected,
  type Result,
  reject,
} from '../operation-context.ts';
import { type LoginTry, rememberLogin, returnTry, takeLoginTry, undoTry } from './limit-logins.ts';
import { verifyPassword, workOnPassword } from './verify-password.ts';

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
  /** For how long a try that must wait may be held. */
  readonly holdMs?: number;
};
export type SignedIn = {
  readonly user: UserRow;
  readonly sessionId: string;
  readonly expiresAt: Date;
};

/** Hashes with argon2id at the library's default cost, which OWASP recommends. */
export function hashPassword(password: string): Promise<string> {
  return workOnPassword('first', () => hash(password));
}

/**
 * The hash of a random password. It is verified for unknown users, so that they take as long as a
 * wrong password. It is made at the first sign-in, because most programs never need it.
 */
let decoy: Promise<string> | undefined;

/** How often a password is verified again because it was changed in between. */
const MAX_VERIFIES = 3;

/**
 * Opens a session if the password is right and the user is not disabled. Otherwise rejects with
 * `wrongCredentials`, for every cause. Both write an audit line. With `tooManyLogins` no password
 * is checked and no audit line is written here.
 *
 * Sign-ins and changes of a user are ordered: the session is made with the password, role and right
 * to sign in that its transaction has locked. A later change ends the session.
 */
export async function login(context: AdminContext, input: Login): Promise<Result<SignedIn>> {
  const { username, password, holdMs } = input;
  const taken = await takeLoginTry(context.db, username, context.requestContext, { holdMs });
  if ('retryAfterSeconds' in taken) return reject({ code: 'tooManyLogins', ...taken });
  decoy ??= hash(randomBytes(32).toString('hex'));
  const decoyHash = await decoy;
  for (let verifies = 1; ; verifies += 1) {
    const seen = await findUser(context.db, username);
    const right = await verifyPassword(seen?.passwordHash ?? decoyHash, password, taken);
    if (right === null) return await refuseBusy(context.db, taken);
    const result = await inTransaction(context.db, async (tx) => {
      const user = await lockUserForLogin(tx, username);
      const isVerified = user?.passwordHash === seen?.passwordHash;
      if (!isVerified && verifies < MAX_VERIFIES) return null;
      return user === null || !right || !isVerified || user.disabled
        ? await refuseLogin(tx, context, user?.name ?? 'unknown')
        : await openSession(tx, context, { input, user, taken });
    });
    if (result !== null) return result;
  }
}

/**
 * Refuses a try because too many other passwords are being checked. The try may come again soon.
 */
export async function refuseBusy(db: Database, taken: LoginTry): Promise<Rejected> {
  await undoTry(db, taken);
  return reject({ code: 'tooManyLogins', retryAfterSeconds: 2 });
}

async function refuseLogin(
  tx: Database,
  { requestContext }: AdminContext,
  name: string,
): Promise<Result<SignedIn>> {
  const named = { ...requestContext, actor: { kind: ANONYMOUS, name } } as const;
  await audit(tx, named, { action: 'login', outcome: 'refused', code: 'wrong_credentials' });
  return reject({ code: 'wrongCredentials' });
}

async function openSession(
  tx: Database,
  context: AdminContext,
  { input, user, taken }: { input: Login; user: UserRow; taken: LoginTry },
): Promise<Result<SignedIn>> {
  const { address } = context.requestContext;
  const { life = SESSION_LIFE } = input;
  await returnTry(tx, taken);
  await rememberLogin(tx, user.id, context.requestContext);
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
