import type { Step } from './brief-step.ts';
import { FORBID_LARGE_OBJECTS, GRANTS } from './grants.ts';
import { type LeftOpen, openToEverybody } from './rights-problem.ts';

type Warn = (message: string) => void;
type Run = Step['run'];

/**
 * Gives each role and each login the rights of this version, all at once, in the transaction that
 * applies the functions. So a running program has its rights at every moment, even if `migrate`
 * dies, and nobody can call a new function before its rights are restricted.
 */
export async function setRights(run: Run, warn: Warn): Promise<void> {
  await closeToEverybody(run, warn);
  await grantRoles(run, warn);
  await restrictHostLogins(run, warn);
}

/**
 * Runs statements of PL/pgSQL. False if this user has no right to one of them; then none has an
 * effect.
 */
async function areAllowed(run: Run, statements: string): Promise<boolean> {
  await run(`
    do $do$ begin
      perform set_config('renderdeck.is_allowed', 'yes', true);
      begin ${statements} exception when insufficient_privilege then
        perform set_config('renderdeck.is_allowed', 'no', true);
      end;
    end $do$`);
  const [row] = await run("select current_setting('renderdeck.is_allowed') as allowed");
  return row?.allowed === 'yes';
}

/**
 * Takes from all logins the rights that PostgreSQL gives to everyone: to call our functions,
 * including those made since the last time, and to make tables, functions and large objects,
 * temporary tables included. No data depends on the right to make these (decision 0063), so if this
 * user may not take it away, that is only a warning.
 */
async function closeToEverybody(run: Run, warn: Warn): Promise<void> {
  const areClosed = await areAllowed(
    run,
    `${closeRoutines('public')}
    execute format('revoke temporary, create on database %I from public', current_database());
    revoke create on schema public, drizzle from public;`,
  );
  if (!areClosed)
    warn(
      'The functions of the database could not be closed: this user does not own them; ' +
        'migrate as the user who made them.',
    );
  await areAllowed(run, FORBID_LARGE_OBJECTS);
  const open = await openToEverybody((text) => run<LeftOpen>(text));
  if (open !== null) warn(open);
}

/** Takes the right to call our functions from a role, or from everyone. */
const closeRoutines = (from: string) => `
  execute (select 'revoke all on routine ' || string_agg(p.oid::regprocedure::text, ', ')
    from pg_proc p, pg_class jobs where ${IS_OURS}) || ' from ${from}';`;

/** For functions `p` and the table `jobs`: true if `migrate` made the function. */
const IS_OURS = `jobs.oid = 'public.jobs'::regclass and p.proowner = jobs.relowner
  and p.pronamespace in ('public'::regnamespace, 'drizzle'::regnamespace)
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass
    and d.objid = p.oid and d.deptype = 'e')`;

/**
 * Creates the missing roles of GRANTS, without a login, and gives each role exactly its grants in
 * this database. A missing right to do so is only a warning, because the owner of the tables needs
 * no role.
 */
export async function grantRoles(
  run: Run,
  warn: Warn,
  roles: Readonly<Record<string, Readonly<Record<string, string>>>> = GRANTS,
): Promise<void> {
  for (const [role, grants] of Object.entries(roles)) {
    // A migration of another database of the cluster may have made the role just now.
    const isThere = await areAllowed(
      run,
      `begin
        if to_regrole('${role}') is null then create role ${role} nologin; end if;
      exception when duplicate_object or unique_violation then null; end;`,
    );
    if (!isThere)
      warn(
        `The role ${role} is missing and this user may not make roles; ` +
          `have "CREATE ROLE ${role} NOLOGIN" run, then migrate again.`,
      );
    else if (!(await areAllowed(run, grantExactly(role, grants))))
      warn(
        `The grants of ${role} could not be set: this user does not own every table; ` +
          'migrate as the user who made them.',
      );
  }
}

/**
 * Brings the rights of hosts' own logins up to this version. They come into force when the first
 * login is bound to a host.
 */
export async function restrictHostLogins(run: Run, warn: Warn): Promise<void> {
  const restrict = 'if exists (select from host_logins) then perform grant_host_logins(); end if;';
  if (!(await areAllowed(run, restrict)))
    warn(
      "The rights of hosts' own logins could not be set: this user does not own every table; " +
        'migrate as the user who made them.',
    );
}

function grantExactly(role: string, grants: Readonly<Record<string, string>>): string {
  return [
    ...['public', 'drizzle'].map(
      (schema) => `revoke all on all tables in schema ${schema} from ${role};
        revoke all on all sequences in schema ${schema} from ${role};
        grant usage on schema ${schema} to ${role};`,
    ),
    closeRoutines(role),
    ...Object.entries(grants).map(
      ([what, privileges]) => `grant ${privileges} on ${what} to ${role};`,
    ),
  ].join('\n');
}
