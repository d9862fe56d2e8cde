import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { runStep, type StepOptions } from './brief-step.ts';
import { bringOver } from './bring-over.ts';
import { queriesOn } from './database.ts';
import { CONDITIONS, databaseCondition } from './database-conditions.ts';
import { explainConnection } from './explain-connection.ts';
import {
  applyFunctions,
  beforeTables,
  changeRules,
  findRuleChanges,
  recordFunctions,
} from './functions.ts';
import { setRights } from './grant-roles.ts';
import { openClient } from './open-client.ts';
import { PINNED, withPins } from './pinned-settings.ts';
import { readMigrations, runMigrations } from './run-migrations.ts';
import { LEAST_LEVEL, SCHEMA_LEVEL } from './schema-level.ts';
import { explainRefused, MIGRATIONS_FOLDER, readSchemaState } from './schema-state.ts';
import { explainEncoding, explainVersion } from './state-problem.ts';

/**
 * A number that only migrations use for their lock, so that two migrations run one after the other.
 */
const MIGRATION_LOCK = 7702;
const TRY_EVERY_MS = 200;
/** The name of its sessions in pg_stat_activity. */
const MIGRATE = 'renderdeck migrate';
/** Older programs that may not use this schema are not ready any more from here on. */
const CLOSE_TO_OLDER = `do $do$ begin
  if exists (select from pg_attribute where attrelid = to_regclass('public.applied_functions')
      and attname = 'least_level' and not attisdropped) then
    update public.applied_functions set least_level = greatest(least_level, ${LEAST_LEVEL});
  end if;
end $do$`;
/** A migration that gets the lock before this time prints nothing. */
const TELL_AFTER_MS = 5000;

/** What a statement fails with when its connection is lost, or was lost before. */
const LOSSES: ReadonlySet<string | undefined> = new Set([
  CONDITIONS.connectionLost.problem,
  CONDITIONS.unreachable.problem,
]);
const LOST =
  'The connection to the database was lost. Every step that had ended stays done. Run migrate ' +
  'again: it goes on after these.';

/** The table that records the migrations, with the columns that every database so far has. */
const RECORD = `create schema if not exists drizzle;
  create table if not exists drizzle.__drizzle_migrations
    (id serial primary key, hash text not null, created_at bigint)`;

export type MigrateOptions = {
  /** Whether to accept a database from before the first release and bring it to the baseline. */
  readonly bringOver?: boolean | undefined;
  /** How long a step is repeated while others hold its tables; 10 minutes by default. */
  readonly mostRepeatsMs?: number | undefined;
};

/**
 * Brings the schema and the roles' grants up to this version, also beside a running farm
 * (brief-step.ts). It may be repeated, also by several processes at once, and after it was ended in
 * the middle. Calls `warn` for everything that it had no right to do. If the database cannot be
 * used, throws a sentence that says what to do, and changes nothing. `hasAdmin`: an admin who can
 * sign in exists.
 */
export async function migrate(
  url: string,
  warn: (message: string) => void = () => undefined,
  options: MigrateOptions = {},
): Promise<{ readonly hasAdmin: boolean }> {
  let hasAnswered = false;
  const run = async () => {
    // A client that connected again would go on without the lock.
    const client = openClient(url, { name: MIGRATE, size: 1, reconnects: false });
    try {
      await refuseServer(client.sql);
      hasAnswered = true;
      await takeLock(client.sql, url, warn);
      return await migrateOn(client.sql, warn, options);
    } finally {
      await client.end(1);
    }
  };
  try {
    return await withPins(url, run);
  } catch (error) {
    const isLost = hasAnswered && LOSSES.has(databaseCondition(error)?.problem);
    const sentence = isLost ? LOST : explainConnection(error, url);
    throw sentence === null ? error : new Error(sentence, { cause: error });
  }
}

/** Migrates on the only connection of a client, which holds the lock of migrations. */
async function migrateOn(
  sql: postgres.Sql,
  warn: (message: string) => void,
  options: MigrateOptions,
): Promise<{ readonly hasAdmin: boolean }> {
  // A pooler may have refused them at the start. A pooler that changes sessions cannot be used
  // here, because the lock would not be kept either.
  for (const [name, value] of Object.entries(PINNED))
    await sql`select set_config(${name}, ${value}, false)`;
  // A step bounds its statements (brief-step.ts). The wait for another `migrate` has no bound.
  await sql`set statement_timeout = 0`;
  await sql`set lock_timeout = 0`;
  const isCurrent = await takeSchema(sql, options);
  const step = { warn, mostRepeatsMs: options.mostRepeatsMs };
  if (!isCurrent) {
    const what = 'the functions that tables need';
    await runStep(sql, { ...step, what }, ({ run }) =>
      run(`${RECORD}; ${CLOSE_TO_OLDER}; ${beforeTables()}`),
    );
    await runMigrations(sql, readMigrations(MIGRATIONS_FOLDER), step);
  }
  await applyRest(sql, isCurrent, step);
  const admins = await sql`select from users where role = 'admin' and not disabled limit 1`;
  return { hasAdmin: admins.length > 0 };
}

/**
 * The functions, the rights and the rules. A function comes with its rights, in one step, so that
 * it is never open to a wrong login.
 */
async function applyRest(
  client: postgres.Sql,
  isCurrent: boolean,
  step: Omit<StepOptions, 'what'>,
): Promise<void> {
  const what = 'the change of functions and rights';
  const { names, warnings } = await runStep(client, { ...step, what }, async (tried) => {
    const found: string[] = [];
    const applied = isCurrent ? null : await applyFunctions(tried);
    await setRights(tried.run, (message) => found.push(message));
    return { names: applied, warnings: found };
  });
  for (const warning of warnings) step.warn(warning);
  for (const change of await findRuleChanges((text) => client.unsafe(text))) {
    const { table } = change;
    await runStep(client, { ...step, what: `the change of ${table}` }, (tried) =>
      changeRules(tried, change),
    );
  }
  if (names !== null)
    await runStep(client, { ...step, what }, (tried) => recordFunctions(tried, names));
}

/**
 * Whether the schema is complete and of this version. Throws if the database must not be migrated.
 */
async function takeSchema(client: postgres.Sql, options: MigrateOptions): Promise<boolean> {
  const read = () => readSchemaState(queriesOn(client));
  let state = await read();
  if (state.tables === 'beforeBaseline' && options.bringOver === true) {
    await bringOver(client);
    state = await read();
  }
  const refused = explainRefused(state);
  if (refused !== null) throw new Error(refused);
  const { level, missing } = state;
  return (
    state.tables === 'this' &&
    state.functions === 'this' &&
    level === SCHEMA_LEVEL &&
    missing === null
  );
}

/**
 * Takes the lock of migrations. If that takes long, it names the holder, because every login of the
 * database can take an advisory lock and keep it. It tries again and again: a statement that waits
 * for the lock is a transaction, for which the holder's CREATE INDEX CONCURRENTLY would wait.
 */
async function takeLock(
  client: postgres.Sql,
  url: string,
  warn: (message: string) => void,
): Promise<void> {
  const look = () => void warnOfHolder(url, warn).catch(() => undefined);
  const late = setTimeout(look, TELL_AFTER_MS);
  try {
    while (!(await tryLock(client))) await delay(TRY_EVERY_MS * (0.5 + Math.random()));
  } finally {
    clearTimeout(late);
  }
}

async function tryLock(client: postgres.Sql): Promise<boolean> {
  const [row] = await client<{ taken: boolean }[]>`
    select pg_try_advisory_lock(${MIGRATION_LOCK}) as taken`;
  return row?.taken ?? false;
}

async function warnOfHolder(url: string, warn: (message: string) => void): Promise<void> {
  const client = openClient(url, { name: MIGRATE, size: 1 });
  try {
    const [holder] = await client.sql<{ pid: number; user: string }[]>`
      select a.pid, a.usename as user
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.classid = 0
        and l.objid = ${MIGRATION_LOCK} and a.datname = current_database()`;
    if (holder !== undefined)
      warn(
        `Another session migrates, or keeps the lock of migrations: process ${holder.pid} of ` +
          `PostgreSQL, user ${holder.user}. It can be ended by ` +
          `SELECT pg_terminate_backend(${holder.pid}).`,
      );
  } finally {
    await client.end(1);
  }
}

async function refuseServer(client: postgres.Sql): Promise<void> {
  // The simple protocol, which every pooler and every version answers.
  const show = async (name: string) => {
    const [row] = await client.unsafe(`show ${name}`).simple();
    return String(row?.[name]);
  };
  const problem =
    explainVersion(await show('server_version')) ?? explainEncoding(await show('server_encoding'));
  if (problem !== null) throw new Error(problem);
}
