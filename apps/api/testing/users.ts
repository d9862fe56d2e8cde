import { type AdminContext, createToken, createUser } from '@renderdeck/operations';
import { expectDone } from '@renderdeck/operations/testing';

export const PASSWORD = 'an honest long password';
/** One user of each role. Each has a token with the same role, named after the user plus `-bot`. */
const ROLES = { vera: 'viewer', sam: 'submitter', ada: 'admin' } as const;
export type Name = keyof typeof ROLES;
/** Who sends a request: a user by token, a session by its cookie header, or nobody. */
export type Who = Name | { readonly cookie: string } | null;

export type TestUsers = Awaited<ReturnType<typeof createUsers>>;

/** Creates the users, and their tokens where they are asked for. */
export async function createUsers(
  context: AdminContext,
  names: readonly Name[],
  withTokens: boolean,
) {
  const secrets = new Map<string, string>();
  for (const name of names) {
    const role = ROLES[name];
    await createUser(context, { name, role, password: PASSWORD });
    if (!withTokens) continue;
    const token = await createToken(context, { name: `${name}-bot`, role, expiresInDays: null });
    secrets.set(name, expectDone(token).secret);
  }
  const credentialsOf = (who: Who): { token?: string | undefined; cookie?: string } => {
    if (who === null) return {};
    return typeof who === 'string' ? { token: secrets.get(who) } : who;
  };
  return {
    credentialsOf,
    secretOf: (name: Name) => secrets.get(name) ?? '',
    headersOf(who: Who): Record<string, string> {
      const { token, cookie } = credentialsOf(who);
      return {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(cookie === undefined ? {} : { cookie }),
      };
    },
  };
}
