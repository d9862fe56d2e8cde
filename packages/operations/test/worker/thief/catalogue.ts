/*
 * Everything in the database, read from its catalogue, and which of it does not belong to the
 * thief.
 */
import type { Sql } from '@renderdeck/testing/open-sql';

export type Relation = {
  /** Qualified and quoted. */
  readonly name: string;
  readonly kind: 'table' | 'view' | 'sequence';
  readonly isOurs: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
};
export type Routine = {
  /** Qualified and quoted, without its arguments. */
  readonly name: string;
  /** With the types of its arguments. */
  readonly signature: string;
  readonly argumentTypes: readonly string[];
  readonly isTrigger: boolean;
  /** The tables on which it is a trigger. */
  readonly triggerOf: readonly string[];
  readonly isOurs: boolean;
  readonly isReadOnly: boolean;
};

const OURS = `in ('public', 'drizzle')`;

export async function readRelations(owner: Sql): Promise<readonly Relation[]> {
  return await owner<Relation[]>`
    select format('%I.%I', n.nspname, c.relname) as name,
      case c.relkind when 'S' then 'sequence' when 'r' then 'table' when 'p' then 'table'
        else 'view' end as kind,
      n.nspname ${owner.unsafe(OURS)} as "isOurs",
      (select coalesce(json_agg(json_build_object('name', attname,
          'type', format_type(atttypid, atttypmod)) order by attnum), '[]')
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_(toast|temp)'
    order by 1`;
}

export async function readRoutines(owner: Sql): Promise<readonly Routine[]> {
  return await owner<Routine[]>`
    select format('%I.%I', n.nspname, p.proname) as name, p.oid::regprocedure::text as signature,
      array(select format_type(t, null) from unnest(p.proargtypes) t) as "argumentTypes",
      p.prorettype = 'trigger'::regtype as "isTrigger",
      array(select distinct format('%I.%I', of.nspname, t.relname) from pg_trigger
        join pg_class t on t.oid = tgrelid join pg_namespace of on of.oid = t.relnamespace
        where tgfoid = p.oid) as "triggerOf", n.nspname ${owner.unsafe(OURS)} as "isOurs",
      p.provolatile <> 'v' as "isReadOnly"
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where p.prokind in ('f', 'p') order by 1, 2`;
}

/** Each existing row as JSON, by table. A thief may know all of them except the secrets. */
export async function readRows(
  owner: Sql,
  relations: readonly Relation[],
): Promise<ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>> {
  const rows = new Map<string, Readonly<Record<string, unknown>>[]>();
  for (const { name } of tablesOf(relations)) {
    const found = await owner.unsafe(`select to_jsonb(t) as row from ${name} t`);
    rows.set(
      name,
      found.map(({ row }) => row),
    );
  }
  return rows;
}

export const tablesOf = (relations: readonly Relation[]) =>
  relations.filter(({ kind, isOurs }) => kind === 'table' && isOurs);

/**
 * A digest of each table without the rows of this login, of each sequence, and of the catalogue
 * without the objects that the login made.
 */
export async function digest(
  owner: Sql,
  relations: readonly Relation[],
  login: string,
): Promise<Readonly<Record<string, string>>> {
  const ours = relations.filter(
    // A line of history that was refused has still taken a number of this sequence.
    ({ name, isOurs, kind }) => isOurs && kind !== 'view' && name !== 'public.job_changes_id_seq',
  );
  const lines = ours.map(({ name, kind, columns }) =>
    kind === 'sequence'
      ? `select '${name}' as part, concat(last_value, is_called) as line from ${name}`
      : `select '${name}', t::text from ${name} t where ${isOfOthers(columns, login)}`,
  );
  const rows = await owner.unsafe(
    `select part, count(*) || ' ' || md5(string_agg(line, E'\\n' order by line)) as digest
     from (${[...lines, ...catalogueOf(login)].join(' union all ')}) lines (part, line)
     group by part order by part`,
  );
  return Object.fromEntries(rows.map(({ part, digest: text }) => [part, String(text)]));
}

function isOfOthers(columns: Relation['columns'], login: string): string {
  const has = (column: string) => columns.some(({ name }) => name === column);
  const own = (table: string) => `(select id from public.${table} where host_login = '${login}')`;
  if (has('host_login')) return `host_login is distinct from '${login}'`;
  if (has('attempt_id')) return `attempt_id not in ${own('attempts')}`;
  return has('job_id') ? `job_id is null or job_id not in ${own('jobs')}` : 'true';
}

const catalogueOf = (login: string) =>
  [
    `functions: select p::text from pg_proc p
    where pronamespace::regnamespace::text !~ '^pg_'`,
    `triggers: select t::text from pg_trigger t join pg_class c on c.oid = tgrelid
    where relpersistence <> 't'`,
    'policies: select p::text from pg_policy p',
    `relations: select concat(oid, relname, relacl, relowner, relrowsecurity, relkind) from pg_class
    where relnamespace::regnamespace::text !~ '^pg_'`,
    `schemas: select n::text from pg_namespace n where nspname !~ '^pg_'`,
    `members: select roleid::text from pg_auth_members where member = '${login}'::regrole`,
    // A member may change the settings of a role, but those take effect only for a login.
    `roles: select concat(oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcanlogin,
    rolreplication, rolbypassrls, case when rolcanlogin then rolconfig end) from pg_roles
    where rolname like 'renderdeck%' or rolname = '${login}'`,
    `large objects: select concat(oid, lomacl) from pg_largeobject_metadata
    where lomowner = (select relowner from pg_class where oid = 'public.jobs'::regclass)`,
  ].map((entry) => {
    const [part = '', query = ''] = entry.split(/: (.*)/s);
    return `select '${part}', line from (${query}) as of (line)`;
  });
