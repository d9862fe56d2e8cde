import { verify } from '@node-rs/argon2';
import {
  ACCESS_CHANNEL,
  findUser,
  inTransaction,
  lockUser,
  notify,
  revokeSessions,
  saveUser,
} from '@renderdeck/store';
import { type AdminContext, audit, DONE, type Outcome, reject } from '../operation-context.ts';
import { countLogin, uncountLogin } from './limit-logins.ts';
import { hashPassword } from './login.ts';

export type PasswordChange = {
  readonly current: string;
  readonly next: string;
  /** The session that stays open. */
  readonly sessionId: string | null;
};

/**
 * Changes the password of the user who asks, and ends every other session of the user at once, on
 * every API process. A wrong present password is rejected and counts like a failed sign-in.
 */
export async function changePassword(
  context: AdminContext,
  { current, next, sessionId }: PasswordChange,
): Promise<Outcome> {
  const { db, requestContext } = context;
  const { actor, address } = requestContext;
  if (actor.kind !== 'user') return reject({ code: 'noPassword' });
  const retryAfterSeconds = await countLogin(db, actor.name, address);
  if (retryAfterSeconds !== null) return reject({ code: 'tooManyLogins', retryAfterSeconds });
  const seen = await findUser(db, actor.name);
  if (seen === null || seen.id !== actor.id) return reject({ code: 'notSignedIn' });
  if (!(await verify(seen.passwordHash, current))) return reject({ code: 'wrongPassword' });
  const passwordHash = await hashPassword(next);
  return await inTransaction(db, async (tx): Promise<Outcome> => {
    const user = await lockUser(tx, actor.name);
    // An admin may have set another password, or disabled the user, since it was verified.
    if (user === null || user.disabled) return reject({ code: 'notSignedIn' });
    if (user.passwordHash !== seen.passwordHash) return reject({ code: 'wrongPassword' });
    await saveUser(tx, user.id, { passwordHash });
    const ended = await revokeSessions(tx, { userId: user.id, but: sessionId });
    await uncountLogin(tx, user.name, address);
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
