import type { Sql } from '@renderdeck/testing/open-sql';

/**
 * Everything that a schema consists of, in PostgreSQL's own words and without the order of columns:
 * columns, constraints, indexes, functions, views, triggers, sequences, settings, rights.
 */
export async function describeSchema(sql: Sql): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    with ours as (
      select c.*, format('%I.%I', n.nspname, c.relname) as full_name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'drizzle')
    )
    select line from (
      select concat_ws(' ', 'column', full_name, attname, format_type(atttypid, atttypmod),
        attnotnull, attgenerated::text, attidentity::text, attcollation::regcollation,
        pg_get_expr(d.adbin, d.adrelid), attacl::text) as line
        from ours join pg_attribute a on a.attrelid = ours.oid and attnum > 0 and not attisdropped
          left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where relkind in ('r', 'v')
      union all select concat_ws(' ', 'relation', relkind, full_name, reloptions::text,
        relrowsecurity, (select string_agg(acl::text, ' ' order by acl::text)
          from unnest(relacl) as acl)) from ours
      union all select concat_ws(' ', 'constraint', full_name, conname, pg_get_constraintdef(k.oid))
        from pg_constraint k join ours on ours.oid = k.conrelid where contype <> 'n'
      union all select pg_get_indexdef(ours.oid) from ours where relkind = 'i'
      union all select concat_ws(' ', 'view', full_name, pg_get_viewdef(ours.oid))
        from ours where relkind = 'v'
      union all select concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled::text)
        from pg_trigger t join ours on ours.oid = t.tgrelid where not t.tgisinternal
      union all select concat_ws(' ', pg_get_functiondef(p.oid),
        (select string_agg(acl::text, ' ' order by acl::text) from unnest(proacl) as acl))
        from pg_proc p where p.pronamespace in ('public'::regnamespace, 'drizzle'::regnamespace)
      union all select concat_ws(' ', 'sequence', seqrelid::regclass, seqtypid::regtype, seqstart,
        seqincrement, seqmax, seqmin, seqcache, seqcycle)
        from pg_sequence join ours on ours.oid = seqrelid
      union all select concat_ws(' ', 'policy', tablename, policyname, roles::text, qual,
        with_check) from pg_policies
    ) things (line) order by line`;
  return rows.map(({ line }) => line);
}
