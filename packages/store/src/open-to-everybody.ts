export type LeftOpen = { readonly what: string; readonly owner: string };

/**
 * What every login may still make of its own, and who can forbid it, as a sentence; null where
 * nothing is left. `migrate` forbids it where it may.
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
