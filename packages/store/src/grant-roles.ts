import type postgres from 'postgres';
import { GRANTS } from './grants.ts';
import { sqlState } from './sql-state.ts';

const REFUSED = '42501';
/** Another database of the cluster made it meanwhile: roles belong to all of them. */
const THERE_ALREADY: ReadonlySet<string | null> = new Set(['42710', '23505']);

/**
 * Makes the roles of GRANTS where they are missing, without a login, and leaves each with exactly its grants in this database. Whoever may not make
 * roles or grants is told so in a sentence, and nothing else fails: the owner of the tables can do everything without them.
 */
export async function grantRoles(
  sql: postgres.Sql,
  tell: (sentence: string) => void,
  roles: Readonly<Record<string, Readonly<Record<string, string>>>> = GRANTS,
): Promise<void> {
  for (const [role, grants] of Object.entries(roles)) {
    if (!(await isThere(sql, role)) && !(await makeRole(sql, role))) {
      tell(
        `The role ${role} is missing and this user may not make roles; have "CREATE ROLE ${role} NOLOGIN" run, then migrate again.`,
      );
      continue;
    }
    try {
      await sql.begin((tx) => grantExactly(tx, role, grants));
    } catch (error) {
      if (sqlState(error) !== REFUSED) throw error;
      tell(
        `The grants of ${role} could not be set: this user does not own every table; migrate as the user who made them.`,
      );
    }
  }
}

async function isThere(sql: postgres.Sql, role: string): Promise<boolean> {
  return (await sql`select from pg_roles where rolname = ${role}`).length === 1;
}

async function makeRole(sql: postgres.Sql, role: string): Promise<boolean> {
  try {
    await sql`create role ${sql(role)} nologin`;
    return true;
  } catch (error) {
    if (THERE_ALREADY.has(sqlState(error))) return true;
    if (sqlState(error) === REFUSED) return false;
    throw error;
  }
}

async function grantExactly(
  tx: postgres.TransactionSql,
  role: string,
  grants: Readonly<Record<string, string>>,
): Promise<void> {
  for (const schema of ['public', 'drizzle']) {
    await tx.unsafe(
      `revoke all on all tables in schema ${schema} from ${role}; revoke all on all sequences in schema ${schema} from ${role}`,
    );
    await tx.unsafe(`grant usage on schema ${schema} to ${role}`);
  }
  for (const [what, privileges] of Object.entries(grants))
    await tx.unsafe(`grant ${privileges} on ${what} to ${role}`);
}
