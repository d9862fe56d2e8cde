import { sql } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { GRANTS } from './grants.ts';

/** What to do if this connection's user lacks a privilege of the role; null if the user has all. */
export async function rightsProblem(
  db: Queries,
  role: keyof typeof GRANTS,
): Promise<string | null> {
  const needed = Object.entries(GRANTS[role])
    .filter(([what]) => !what.startsWith('sequence '))
    .flatMap(([table, privileges]) =>
      privileges.split(', ').map((text) => {
        const [privilege = '', column = null] = text.replace(')', '').split(' (');
        return sql`(${table}::text, ${privilege}::text, ${column}::text)`;
      }),
    );
  const [row] = await db.execute<{ user: string; lacks: string | null }>(sql`
    select current_user as user, string_agg(privilege || ' on ' || needed.name, ', ')
      filter (where not case
        when needed.name like 'function %' then
          has_function_privilege(substr(needed.name, length('function ') + 1), privilege)
        when needed.of is not null then has_column_privilege(needed.name, needed.of, privilege)
        -- A host's own login may update each column, but not the whole table.
        when privilege = 'update' then (
          select bool_and(has_column_privilege(attrelid, attnum, privilege)) from pg_attribute
          where attrelid = needed.name::regclass and attnum > 0 and not attisdropped
            and attgenerated = '')
        else has_table_privilege(needed.name, privilege) end) as lacks
    from (values ${sql.join(needed, sql`, `)}) as needed(name, privilege, of)`);
  return row?.lacks ? tooFewRights(role, row.user, row.lacks) : null;
}

/** What to do if the database refuses a user something that the role may do. */
export function tooFewRights(
  role: string,
  user = 'the user of DATABASE_URL',
  lacks = 'usage on schema drizzle',
): string {
  const grantee = /^[a-z_]\w*$/.test(user) ? user : '<that user>';
  return (
    `The database lets ${user} do too little (it lacks ${lacks}); ` +
    `have "GRANT ${role} TO ${grantee}" run, then start again.`
  );
}

export type LeftOpen = { readonly what: string; readonly owner: string };

/**
 * What every login may still make in this database, and who can forbid it, as a sentence; null if
 * nothing. `migrate` forbids it if it has the right to.
 */
export async function openToEverybody(
  run: (text: string) => Promise<readonly LeftOpen[]>,
): Promise<string | null> {
  const rows = await run(`
    select format('%s ON %s %I', upper(a.privilege_type), of.kind, of.name) as what, of.owner
    from (
      select 'DATABASE' as kind, datname as name, datacl as acl, datdba::regrole::text as owner
        from pg_database where datname = current_database()
      union all select 'SCHEMA', nspname, nspacl, nspowner::regrole::text
        from pg_namespace where nspname in ('public', 'drizzle')
    ) of, aclexplode(coalesce(of.acl, acldefault(
      case of.kind when 'DATABASE' then 'd' else 'n' end::"char", of.owner::regrole))) a
    where a.grantee = 0 and a.privilege_type in ('TEMPORARY', 'CREATE') order by 1`);
  if (rows.length === 0) return null;
  const [first] = rows;
  const statements = rows.map(({ what }) => `REVOKE ${what} FROM PUBLIC`).join('; ');
  return (
    'Every login of this database may make tables of its own; ' +
    `have "${statements}" run by ${first?.owner}.`
  );
}
