import {
  ACCESS_CHANNEL,
  findUser,
  forgetAddresses,
  inTransaction,
  lockUser,
  notify,
  revokeSessions,
  saveUser,
} from '@renderdeck/store';
import { type AdminContext, audit, DONE, type Result, reject } from '../operation-context.ts';
import { rememberLogin, returnTry, takeLoginTry } from './limit-logins.ts';
import { hashPassword, refuseBusy } from './login.ts';
import { verifyPassword } from './verify-password.ts';

export type PasswordChange = {
  readonly current: string;
  readonly next: string;
  /** The session that stays open. */
  readonly sessionId: string | null;
  /** For how long a try that must wait may be held. */
  readonly holdMs?: number;
};

/**
 * Changes the password of the calling user, and ends every other session of the user at once, on
 * every API process. A wrong current password is rejected and counts as a failed sign-in.
 */
export async function changePassword(
  context: AdminContext,
  { current, next, sessionId, holdMs }: PasswordChange,
): Promise<Result> {
  const { db, requestContext } = context;
  const { actor } = requestContext;
  if (actor.kind !== 'user') return reject({ code: 'noPassword' });
  const wait = { isSignedIn: true, holdMs };
  const taken = await takeLoginTry(db, actor.name, requestContext, wait);
  if ('retryAfterSeconds' in taken) return reject({ code: 'tooManyLogins', ...taken });
  const seen = await findUser(db, actor.name);
  if (seen === null || seen.id !== actor.id) return reject({ code: 'notSignedIn' });
  const right = await verifyPassword(seen.passwordHash, current, taken);
  if (right === null) return await refuseBusy(db, taken);
  if (!right) return reject({ code: 'wrongPassword' });
  const passwordHash = await hashPassword(next);
  return await inTransaction(db, async (tx): Promise<Result> => {
    const user = await lockUser(tx, actor.name);
    // Since the check of the password an admin may have set another one or disabled the user.
    if (user === null || user.id !== actor.id || user.disabled)
      return reject({ code: 'notSignedIn' });
    if (user.passwordHash !== seen.passwordHash) return reject({ code: 'wrongPassword' });
    await saveUser(tx, user.id, { passwordHash });
    const ended = await revokeSessions(tx, { userId: user.id, but: sessionId });
    await returnTry(tx, taken);
    // Somebody who learned the old password may have signed in, so only this address stays known.
    await forgetAddresses(tx, user.id);
    await rememberLogin(tx, user.id, requestContext);
    await audit(tx, requestContext, {
      action: 'changePassword',
      outcome: 'done',
      before: { user: user.name, password: null },
      after: { user: user.name, password: 'changed', sessionsEnded: ended.length },
    });
    await notify(tx, ACCESS_CHANNEL);
    return DONE;
  });
}
