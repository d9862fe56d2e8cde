import type { Sql } from '@renderdeck/testing/open-sql';

/**
 * The functions of PostgreSQL 15 to 18 that every login may call and that are not known to only
 * calculate, by what bounds them. A function of a later version that is not here has to be looked
 * at: it may write, lock, wait, notify, or read files.
 */
const BOUNDED = {
  // refused: the function itself asks for a right that no host has
  superuser: /^pg_(stop_making_pinned_objects|import_system_collations|nextoid)$/,
  superuserUntil15: /^pg_(read_file|rotate_logfile)_old$/,
  replication: /slot|replication_origin/,
  upgrade: /^binary_upgrade_|^pg_extension_config_dump$/,
  rightsToTheTable:
    /^(brin_|gin_clean_|pg_(clear|restore)_(attribute|relation)_stats|pg_get_sequence_data)/,
  rightsToTheSequence: /^(currval|lastval|nextval|setval|pg_sequence_last_value)$/,
  rightsToTheRole: /^pg_(cancel|terminate)_backend$/,
  largeObjects: /^(lo_|loread|lowrite)/, // there are none, and nobody may make one
  // limited: end_left_sessions ends the session
  locks: /advisory/,
  waits: /^(pg_sleep|pg_isolation_test)/,
  notifies: /^pg_notify$/,
  snapshots: /^pg_export_snapshot$/, // a small file that ends with the transaction
  // limited: it writes no more than each change of the login's own rows does
  wal: /^pg_logical_emit_message$/,
  // what it does is of the session alone
  session: /^(set_config|setseed|pg_stat_(clear_snapshot|force_next_flush))$/,
  // runs a query with the rights of the login
  query: /^(query_to_|cursor_to_|ts_stat|ts_rewrite)/,
  internal:
    /(handler|_validator|_(in|out|recv|send))$|^(amvalidate|dsnowball|bernoulli|system|currtid)/,
  // calculates, or shows what is nobody's secret
  calculates:
    /^(array_(sample|shuffle)|clock_timestamp|timeofday|gen_random_uuid|uuidv[47]|random)/,
  shows: /^(current_query|txid_status|pg_(stat_get|get|is|last|current|control|available)_)/,
  showsTransactions: /^pg_(xact|prepared_xact|wal|lock_status|blocking|safe_snapshot|notification)/,
  showsObjects: /^pg_(database|tablespace|relation|table|indexes|total|partition|collation|jit)_/,
} as const satisfies Readonly<Record<string, RegExp>>;

/** The functions that every login may call, may do more than read, and are not in the list. */
export async function unboundedFunctions(owner: Sql): Promise<readonly string[]> {
  const rows = await owner<{ name: string }[]>`
    select distinct proname as name from pg_proc p
    where pronamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      and provolatile = 'v' and prorettype <> 'trigger'::regtype
      and has_function_privilege('public', p.oid, 'execute')
    order by 1`;
  const names = rows.map(({ name }) => name);
  return names.filter((name) => !Object.values(BOUNDED).some((bound) => bound.test(name)));
}
