/*
 * What a thief tries with its login: SQL made from the catalogue, one transaction each.
 * Long because: it is one list of tries.
 */
import type { Sql } from '@renderdeck/testing/open-sql';
import type { Relation, Routine } from './catalogue.ts';

type Row = Readonly<Record<string, unknown>>;
export type Rows = ReadonlyMap<string, readonly Row[]>;

/** Sends each try as a transaction of its own. Gives each statement with what it could read. */
export async function tryAll(
  thief: Sql,
  tries: readonly (string | Group)[],
): Promise<
  readonly { readonly statement: string; readonly seen: string; readonly isDone: boolean }[]
> {
  const all: { statement: string; seen: string; isDone: boolean }[] = [];
  for (const one of tries) {
    const statement = typeof one === 'string' ? one : one.first;
    const answer = await thief.unsafe(statement).catch((error: Error) => error);
    const isRefused = answer instanceof Error;
    const seen = JSON.stringify(isRefused ? { ...answer, message: answer.message } : answer);
    all.push({ statement, seen, isDone: !isRefused });
    if (typeof one !== 'string' && !isRefused) all.push(...(await tryAll(thief, one.next)));
  }
  return all;
}

const literal = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return value === null || value === undefined ? 'null' : `'${text.replaceAll("'", "''")}'`;
};

export type Known = {
  readonly rows: Rows;
  readonly ids: readonly string[];
  /** The values in the thief's own rows. */
  readonly own: readonly string[];
  readonly names: readonly string[];
  readonly pids: readonly number[];
  readonly relations: readonly Relation[];
};

/** Values of a type that a thief may know or guess; none if it cannot make one. */
function valuesOf(type: string, known: Known): readonly string[] {
  const numbers = ['1', '0', '-1', ...known.pids.map(String), '9000000000'];
  const texts = [
    'x',
    ...known.names,
    ...known.relations
      .filter(({ isOurs }) => isOurs)
      .slice(0, 3)
      .map(({ name }) => name),
  ].map((text) => literal(text));
  const byType: Readonly<Record<string, readonly string[]>> = {
    uuid: known.ids.map((id) => literal(id)),
    text: [...texts, literal('select * from public.job_secrets')],
    name: texts,
    cstring: texts,
    regclass: known.relations.filter(({ isOurs }) => isOurs).map(({ name }) => literal(name)),
    integer: numbers.slice(0, -1),
    smallint: numbers.slice(0, 3),
    bigint: numbers,
    xid: ["'1'"],
    xid8: ["'1'"],
    oid: ['1', "'public.jobs'::regclass::oid", "'public.job_secrets'::regclass::oid"],
    boolean: ['true', 'false'],
    jsonb: ["'{}'", "'[]'"],
    json: ["'{}'", "'[]'"],
    interval: ["'0'", "'1000 days'"],
    'timestamp with time zone': ['now()', "'2020-01-01'"],
    pg_snapshot: ['pg_current_snapshot()', "'1:1:'"],
    'text[]': ["'{}'", `array[${texts.join()}]`],
    'bigint[]': ["'{1,2}'"],
    bytea: ["'x'"],
    xml: ["'<x/>'"],
    'double precision': ['0', '0.5'],
    numeric: ['1'],
    real: ['1'],
    'character varying': texts,
  };
  const rows = known.rows.get(`public.${type}`) ?? known.rows.get(type);
  if (rows !== undefined)
    return rows.map((row) => `jsonb_populate_record(null::${type}, ${literal(row)})`);
  return (byType[type] ?? []).map((value) => `${value}::${type}`);
}

const MOST_CALLS = 30;

/** Calls of a function with known values of the type of each argument. */
export function callsOf(
  { name, argumentTypes }: Routine,
  known: Known,
  most = MOST_CALLS,
): readonly string[] {
  const values = argumentTypes.map((type) => valuesOf(type, known));
  if (values.some((of) => of.length === 0)) return [];
  const all = values.reduce<readonly (readonly string[])[]>(
    (calls, of) => calls.flatMap((call) => of.map((value) => [...call, value])).slice(0, 4000),
    [[]],
  );
  const step = Math.max(1, Math.ceil(all.length / most));
  return all
    .filter((_, index) => index % step === 0)
    .map((call) => `select * from ${name}(${call.join(', ')})`);
}

/** Statements that make sense only if the first one succeeded. */
export type Group = { readonly first: string; readonly next: readonly (string | Group)[] };

const ROW_EVENTS = ['insert', 'update', 'delete'].flatMap((event) => [
  `before ${event} on thief_tried for each row`,
  `after ${event} on thief_tried for each row`,
]);
const MOMENTS = [
  ...ROW_EVENTS,
  'after insert or update or delete or truncate on thief_tried for each statement',
  'after insert on thief_tried referencing new table as gone for each statement',
  'after delete on thief_tried referencing old table as gone for each statement',
];

/**
 * Attaches a function as a trigger to a temporary table with the columns of this table, at each
 * possible moment. Then everything that a trigger can see happens there: with rows of the farm and,
 * for a table that really has this trigger, with rows that have another row's id.
 */
export function triggerTries(
  routine: Routine,
  table: Relation,
  known: Known,
  isQuick = false,
): Group {
  const isItsOwn = routine.triggerOf.includes(table.name) && !isQuick;
  const rows = (known.rows.get(table.name) ?? []).slice(0, isItsOwn ? 12 : 1);
  const isOwn = (row: Row) => known.own.some((own) => JSON.stringify(row).includes(own));
  const ids = table.columns.filter(({ type }) => type === 'uuid').map(({ name }) => name);
  const mixed = rows.flatMap((one) =>
    rows.flatMap((other) =>
      isOwn(one) === isOwn(other) || !isItsOwn
        ? []
        : ids.map((id) => ({ ...one, [id]: other[id] })),
    ),
  );
  // A trigger reads from a row only which row it is and when something happened to it.
  const columns = table.columns
    .filter(({ type }) => type === 'uuid' || type.startsWith('timestamp'))
    .map(({ name }) => literal(name))
    .slice(0, isItsOwn ? 99 : 1);
  const withRow = (row: Row) => `do $try$ declare col text; begin
      foreach col in array array[${columns.join()}]::text[] loop
        begin
          delete from thief_tried;
          insert into thief_tried
            select * from jsonb_populate_record(null::${table.name}, ${literal(row)});
          execute format('update thief_tried set %I = null', col);
        exception when others then null; end;
      end loop;
    end $try$`;
  return {
    first: `drop table if exists thief_tried;
      create temporary table thief_tried as
        select * from jsonb_populate_recordset(null::${table.name}, '[]')`,
    next: MOMENTS.map((moment) => ({
      first: `drop trigger if exists thief on thief_tried;
        create trigger thief ${moment} execute function ${routine.name}()`,
      next: [...[...rows, ...mixed].map(withRow), 'truncate thief_tried'],
    })),
  };
}

/** Reads of a relation, as a whole and with each of its rows locked. */
export const readsOf = ({ name }: Relation): readonly string[] => [
  `select * from ${name} limit 5000`,
  `select * from ${name} for update`,
];

/** Statements that would change a table or its definition. */
export function changesOf(table: Relation, known: Known): readonly string[] {
  const { name, columns } = table;
  const rows = (known.rows.get(name) ?? []).slice(-2);
  const names = columns.map((column) => `"${column.name}"`);
  return [
    `insert into ${name} default values`,
    ...rows.flatMap((row) => [
      `insert into ${name} overriding system value
        select * from jsonb_populate_record(null::${name}, ${literal(row)})`,
      `insert into ${name} overriding system value
        select * from jsonb_populate_record(null::${name}, ${literal(row)})
        on conflict do nothing`,
    ]),
    ...names.flatMap((column) => [
      `update ${name} set ${column} = null`,
      `update ${name} set ${column} = default`,
      `update ${name} t set ${column} = (select ${column} from ${name} o where o.* is distinct
        from t.* limit 1)`,
      ...rows.map(
        (row) =>
          `update ${name} set ${column} = (jsonb_populate_record(null::${name},
            ${literal(row)})).${column}`,
      ),
    ]),
    `delete from ${name}`,
    `truncate ${name} cascade`,
    `alter table ${name} disable trigger all`,
    `alter table ${name} disable row level security`,
    `alter table ${name} owner to session_user`,
    `comment on table ${name} is 'mine'`,
    `create index on ${name} ((1))`,
    `create rule thief as on insert to ${name} do instead nothing`,
    `create policy thief on ${name} using (true)`,
    `create statistics thief on ctid, tableoid from ${name}`,
    `create view thief as select * from ${name}`,
    `grant all on ${name} to public`,
    `vacuum ${name}`,
    `drop table ${name} cascade`,
  ];
}

export const sequenceTries = ({ name }: Relation): readonly string[] => [
  `select nextval('${name}')`,
  `select setval('${name}', 5000000)`,
  `select currval('${name}')`,
  `alter sequence ${name} restart`,
  `select * from ${name}`,
];

/** Tries to act as another role, and to end another session. */
export const roleTries = (roles: readonly string[], pids: readonly number[]): readonly string[] => [
  ...roles.flatMap((role) => [
    `set role "${role}"; select * from public.job_secrets`,
    `set session authorization "${role}"; select * from public.job_secrets`,
    `grant "${role}" to session_user`,
    `alter role "${role}" password 'mine'`,
    `alter role "${role}" set search_path = thief`,
  ]),
  'reset role',
  'reset session authorization',
  ...pids.flatMap((pid) => [
    `select pg_cancel_backend(${pid})`,
    `select pg_terminate_backend(${pid})`,
  ]),
];

/**
 * Objects of the thief's own, which functions of others could find instead of the objects that they
 * name.
 */
export const OWN_THINGS: readonly string[] = [
  'create schema thief',
  'create table public.thief (id int)',
  'create table drizzle.thief (id int)',
  'create temporary table thief (id int)',
  "create function public.thief() returns int language sql as 'select 1'",
  "create function pg_temp.thief() returns int language sql as 'select 1'",
  'create domain pg_temp.text as varchar(1)',
  'create domain public.text as varchar(1)',
  'create view public.thief as select 1',
  'create sequence public.thief',
  'create temporary sequence thief',
  'create extension if not exists plpgsql_check',
  'create event trigger thief on ddl_command_start execute function public.number_receipt()',
  'create publication thief for all tables',
  'create role thief_of_all',
  'alter database current set search_path = thief',
];

const HEAVY = ['share update exclusive', 'share', 'share row exclusive', 'exclusive'];

/** Locks of a whole table that other programs would have to wait for. */
export const heavyLocks = (tables: readonly Relation[]): readonly string[] =>
  tables.flatMap(({ name }) =>
    [...HEAVY, 'access exclusive'].map((mode) => `lock table ${name} in ${mode} mode nowait`),
  );
