import { sql } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { GRANTS, LARGE_OBJECT_MAKERS } from './grants.ts';

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

export type LeftOpen = { readonly problem: string; readonly remedy: string; readonly by: string };

/**
 * What every login may still make in this database, or a login has made, as sentences with what
 * ends it and who can do that; null if nothing. `migrate` forbids it if it has the right to.
 */
export async function openToEverybody(
  run: (text: string) => Promise<readonly LeftOpen[]>,
): Promise<string | null> {
  const makers = LARGE_OBJECT_MAKERS.map((name) => `'${name}'::regprocedure`).join(', ');
  const rows = await run(`
    select format('Every login of this database may make %s of its own', made) as problem,
      string_agg(format('REVOKE %s FROM PUBLIC', what), '; ' order by what) as remedy,
      owner::regrole::text as by
    from (
      select 'tables' as made, format('%s ON %s %I', a.privilege_type, kind, name) as what, owner
      from (
        select 'DATABASE' as kind, datname as name, datdba as owner,
          coalesce(datacl, acldefault('d', datdba)) as acl
        from pg_database where datname = current_database()
        union all select 'SCHEMA', nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner))
        from pg_namespace where nspname in ('public', 'drizzle')
      ) of, aclexplode(acl) a
      where a.grantee = 0 and a.privilege_type in ('TEMPORARY', 'CREATE')
      union all
      select 'large objects', 'EXECUTE ON FUNCTION ' || p.oid::regprocedure, proowner
      from pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
      where a.grantee = 0 and p.oid in (${makers})
    ) open group by made, owner
    union all
    select format('%s has made large objects, which stop a pg_dump of %s',
        lomowner::regrole, relowner::regrole),
      format('SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE lomowner = %L::regrole',
        lomowner::regrole),
      'a superuser'
    from pg_largeobject_metadata, pg_class
    where pg_class.oid = 'public.jobs'::regclass and lomowner <> relowner
    group by lomowner, relowner
    order by problem desc`);
  const sentences = rows.map(
    ({ problem, remedy, by }) => `${problem}; have "${remedy}" run by ${by}.`,
  );
  return sentences.length === 0 ? null : sentences.join(' ');
}
