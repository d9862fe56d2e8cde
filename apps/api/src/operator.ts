/*
 * What an operator does directly in the database, without a server and without signing in: create
 * an admin, or set the password of an admin. So the first admin can sign in, and an admin who lost
 * the password can sign in again. It needs only a connection to the database. `ctl admin` calls it;
 * decision 0023 says why.
 */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { type AdminContext, createUser, listAccounts, updateUser } from '@renderdeck/operations';
import { connect, explainConnection } from '@renderdeck/store/connect';

export type NewAdmin = { readonly name: string; readonly password: string };
/** Success, or a sentence that says why not and what to do. */
export type OperatorResult = { readonly ok: true } | { readonly ok: false; sentence: string };

/** Creates an admin, unless a user has the name already. Writes an audit line of the operator. */
export function createAdmin(databaseUrl: string, admin: NewAdmin): Promise<OperatorResult> {
  return withContext(databaseUrl, async (context) => {
    const made = await createUser(context, { ...admin, role: 'admin' });
    if (made.ok) return { ok: true };
    return refuse(
      `A user has the name ${admin.name} already. ` +
        `To give an admin a new password: ctl admin password ${admin.name}`,
    );
  });
}

/** Sets an admin's password and ends the admin's sessions. Writes an audit line of the operator. */
export function setAdminPassword(databaseUrl: string, admin: NewAdmin): Promise<OperatorResult> {
  return withContext(databaseUrl, async (context) => {
    const [found] = await listAccounts(context.db, admin.name);
    if (found === undefined || found.role !== 'admin' || found.disabled)
      return refuse(`${admin.name} is no admin who may sign in. Make one: ctl admin create NAME`);
    const set = await updateUser(context, { name: found.name, password: admin.password });
    return set.ok ? { ok: true } : refuse(`${admin.name} was removed meanwhile.`);
  });
}

async function withContext(
  databaseUrl: string,
  act: (context: AdminContext) => Promise<OperatorResult>,
): Promise<OperatorResult> {
  const store = connect(databaseUrl, { name: 'renderdeck operator', role: 'renderdeck_api' });
  try {
    const problem = await store.schemaProblem();
    if (problem !== null) return refuse(problem);
    const requestContext = {
      actor: { kind: 'system', name: `operator ${nameOperator()}` },
      channel: 'ctl',
      address: null,
      requestId: null,
    } as const;
    return await act({ db: store.db, requestContext, newId: randomUUID });
  } catch (error) {
    const sentence = explainConnection(error, databaseUrl);
    if (sentence === null) throw error;
    return refuse(sentence);
  } finally {
    await store.close();
  }
}

/** The user of the operating system, because operators often share one database login. */
function nameOperator(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // in a container the user id may have no name
  }
}

function refuse(sentence: string): OperatorResult {
  return { ok: false, sentence };
}
