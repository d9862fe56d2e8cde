import { describeChange, type Role } from '@renderdeck/domain';
import {
  ACCESS_CHANNEL,
  type AccountView,
  type Database,
  forgetAddresses,
  hasUsers,
  insertUser,
  inTransaction,
  listAccounts,
  lockAccountName,
  lockAdmins,
  lockUser,
  notify,
  revokeSessions,
  saveUser,
} from '@renderdeck/store';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';
import { hashPassword } from './login.ts';

export type NewUser = { readonly name: string; readonly role: Role; readonly password: string };
export type UserChange = {
  readonly name: string;
  readonly role?: Role | undefined;
  readonly password?: string | undefined;
  readonly disabled?: boolean | undefined;
};
export type UserResult = Result<{ readonly account: AccountView }>;

/** Creates a user. Rejected if a user or token has the name or a name that looks the same. */
export async function createUser(context: AdminContext, user: NewUser): Promise<UserResult> {
  const passwordHash = await hashPassword(user.password);
  return await inTransaction(context.db, async (tx): Promise<UserResult> => {
    if (
      (await lockAccountName(tx, user.name)) ||
      !(await insertUser(tx, {
        id: context.newId(),
        name: user.name,
        role: user.role,
        passwordHash,
      }))
    )
      return reject({ code: 'nameTaken', of: 'user', name: user.name });
    await audit(tx, context.requestContext, {
      action: 'createUser',
      outcome: 'done',
      after: { user: user.name, role: user.role },
    });
    // It ends no session, but clients show the names of the admins, so they must read them again.
    if (user.role === 'admin') await notify(tx, ACCESS_CHANNEL);
    return accountOf(tx, user.name);
  });
}

/**
 * Changes a user's role, password or right to sign in. If one of these changes, the user's sessions
 * end at once, on every API process. Rejected if no admin would be left.
 */
export async function updateUser(context: AdminContext, change: UserChange): Promise<UserResult> {
  const passwordHash =
    change.password === undefined ? undefined : await hashPassword(change.password);
  return await inTransaction(context.db, async (tx): Promise<UserResult> => {
    const admins = await lockAdmins(tx, 'admin');
    const user = await lockUser(tx, change.name);
    if (user === null) return reject({ code: 'unknownUser', name: change.name });
    const role = change.role ?? user.role;
    const disabled = change.disabled ?? user.disabled;
    const staysAdmin = role === 'admin' && !disabled;
    const wasAdmin = user.role === 'admin' && !user.disabled;
    if (wasAdmin && !staysAdmin && admins.every((id) => id === user.id))
      return reject({ code: 'lastAdmin', name: user.name });
    const values = describeChange(
      { role: user.role, disabled: user.disabled, password: null },
      { role, disabled, password: passwordHash === undefined ? null : 'changed' },
    );
    const named = { user: user.name };
    if (values === null) {
      await audit(tx, context.requestContext, {
        action: 'updateUser',
        outcome: 'noop',
        before: named,
        after: named,
      });
      return accountOf(tx, user.name);
    }
    await saveUser(tx, user.id, {
      role,
      disabled,
      ...(passwordHash === undefined ? {} : { passwordHash }),
    });
    await revokeSessions(tx, { userId: user.id });
    // An admin sets a password because the old one was lost, so no earlier address counts as known.
    if (passwordHash !== undefined) await forgetAddresses(tx, user.id);
    await audit(tx, context.requestContext, {
      action: 'updateUser',
      outcome: 'done',
      before: { ...named, ...values.before },
      after: { ...named, ...values.after },
    });
    await notify(tx, ACCESS_CHANNEL);
    return accountOf(tx, user.name);
  });
}

/** Creates the first admin of an empty farm. Rejected if users exist. */
export async function createFirstAdmin(
  context: AdminContext,
  input: { readonly name: string; readonly password: string },
): Promise<UserResult> {
  if (await hasUsers(context.db)) return reject({ code: 'usersExist' });
  return await createUser(context, { ...input, role: 'admin' });
}

async function accountOf(tx: Database, name: string): Promise<UserResult> {
  const [account] = await listAccounts(tx, name);
  return account === undefined ? reject({ code: 'unknownUser', name }) : { ok: true, account };
}
