import type postgres from 'postgres';
import { GRANTS } from './grants.ts';
import { type LeftOpen, openToEverybody } from './open-to-everybody.ts';
import { sqlState } from './sql-state.ts';

const INSUFFICIENT_PRIVILEGE = '42501';
/** duplicate_object, unique_violation: another database of the cluster has just made the role. */
const EXISTS: ReadonlySet<string | null> = new Set(['42710', '23505']);

/**
 * What every login may do by itself is taken from all: to run our functions, those made since the
 * last time too, and to make tables and functions of its own, temporary ones included. Nothing
 * depends on the last two (decision 0063), so a missing right to do so is only a warning.
 */
export async function closeToEverybody(
  sql: postgres.Sql,
  warn: (message: string) => void,
): Promise<void> {
  try {
    await sql.unsafe(`
      do $$ declare closed text; begin
        select string_agg(p.oid::regprocedure::text, ', ') into closed
          from pg_proc p, pg_class jobs where ${IS_OURS};
        execute 'revoke all on routine ' || closed || ' from public';
        execute format('revoke temporary, create on database %I from public', current_database());
        revoke create on schema public, drizzle from public;
      end $$`);
  } catch (error) {
    if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    warn(
      'The functions of the database could not be closed: this user does not own them; ' +
        'migrate as the user who made them.',
    );
  }
  const open = await openToEverybody(async (text) => await sql.unsafe<LeftOpen[]>(text));
  if (open !== null) warn(open);
}

/** Of functions `p` and the table `jobs`: made by migrations. */
const IS_OURS = `jobs.oid = 'public.jobs'::regclass and p.proowner = jobs.relowner
  and p.pronamespace in ('public'::regnamespace, 'drizzle'::regnamespace)
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
    and d.objid = p.oid and d.deptype = 'e')`;

/**
 * Creates the missing roles of GRANTS, without a login, and gives each exactly its grants in this
 * database. A missing right to do so is only a warning: the owner of the tables needs no role.
 */
export async function grantRoles(
  sql: postgres.Sql,
  warn: (message: string) => void,
  roles: Readonly<Record<string, Readonly<Record<string, string>>>> = GRANTS,
): Promise<void> {
  for (const [role, grants] of Object.entries(roles)) {
    if (!(await roleExists(sql, role)) && !(await createRole(sql, role))) {
      warn(
        `The role ${role} is missing and this user may not make roles; ` +
          `have "CREATE ROLE ${role} NOLOGIN" run, then migrate again.`,
      );
      continue;
    }
    try {
      await sql.begin((tx) => grantExactly(tx, role, grants));
    } catch (error) {
      if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
      warn(
        `The grants of ${role} could not be set: this user does not own every table; ` +
          'migrate as the user who made them.',
      );
    }
  }
}

/**
 * Brings the rules for hosts' own logins up to this version. They are in force once a login is
 * bound to a host.
 */
export async function restrictHostLogins(
  sql: postgres.Sql,
  warn: (message: string) => void,
): Promise<void> {
  try {
    const bound = await sql`select from host_logins limit 1`;
    if (bound.length > 0) await sql`select restrict_host_logins()`;
  } catch (error) {
    if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    warn(
      "The rights of hosts' own logins could not be set: this user does not own every table; " +
        'migrate as the user who made them.',
    );
  }
}

async function roleExists(sql: postgres.Sql, role: string): Promise<boolean> {
  return (await sql`select from pg_roles where rolname = ${role}`).length === 1;
}

async function createRole(sql: postgres.Sql, role: string): Promise<boolean> {
  try {
    await sql`create role ${sql(role)} nologin`;
    return true;
  } catch (error) {
    if (EXISTS.has(sqlState(error))) return true;
    if (sqlState(error) === INSUFFICIENT_PRIVILEGE) return false;
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
      `revoke all on all tables in schema ${schema} from ${role};
       revoke all on all sequences in schema ${schema} from ${role}`,
    );
    await tx.unsafe(`grant usage on schema ${schema} to ${role}`);
  }
  await tx.unsafe(`
    do $$ declare closed text; begin
      select string_agg(p.oid::regprocedure::text, ', ') into closed
        from pg_proc p, pg_class jobs where ${IS_OURS};
      execute 'revoke all on routine ' || closed || ' from ${role}';
    end $$`);
  for (const [what, privileges] of Object.entries(grants))
    await tx.unsafe(`grant ${privileges} on ${what} to ${role}`);
}
