/**
 * The session settings that statements and the driver rely on. They are sent at the start of each
 * connection, where they override the settings of the server, the database and the role.
 *
 * 1. PgBouncer passes some settings on. For another one it refuses the connection and names it.
 * 2. `withPins` then tries again without that setting, and so does each later connection to this
 *    URL.
 * 3. `settingsProblem` names each setting that has another value, and the statement that changes
 *    it.
 */
import { sql } from 'drizzle-orm';
import type { Queries } from './database.ts';
import { sqlState } from './sql-state.ts';

export const PINNED = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  standard_conforming_strings: 'on',
  search_path: 'public, pg_temp',
  default_transaction_isolation: 'read committed',
  row_security: 'on',
} as const;
type Name = keyof typeof PINNED;
/** Only some programs send these. */
const LOCK_TIMEOUT = 'lock_timeout';
const PLANS = 'plan_cache_mode';
type Found = { name: Name; value: string; user: string; database: string; isFound: boolean };

const PROTOCOL_VIOLATION = '08P01';
const REFUSED = /unsupported startup parameter:? "?(\w+)/;
/** For each URL, the settings that a pooler there has refused. */
const refused = new Map<string, Set<string>>();

/**
 * What a program asks for besides PINNED. `plansOnce`: PostgreSQL plans each statement once for a
 * connection. Otherwise it plans the first five calls, and some statements at every call. That is
 * for programs with many connections, whose statements all read by keys.
 */
export type MorePins = {
  /** How long a statement may wait for a lock; not set: as long as it must. */
  readonly mostLockWaitMs?: number | undefined;
  readonly plansOnce?: boolean | undefined;
};

/** The settings that a new connection to this URL sends at its start. */
export function pinsFor(
  url: string,
  { mostLockWaitMs, plansOnce = false }: MorePins = {},
): Readonly<Record<string, string>> {
  const waits = mostLockWaitMs === undefined ? {} : { [LOCK_TIMEOUT]: String(mostLockWaitMs) };
  const plans = plansOnce ? { [PLANS]: 'force_generic_plan' } : {};
  const all = { ...PINNED, ...waits, ...plans };
  return Object.fromEntries(Object.entries(all).filter(([name]) => !isRefused(url, name)));
}

/** Whether a pooler at this URL has refused the setting. */
export function isRefused(url: string, name: string): boolean {
  return refused.get(url)?.has(name.toLowerCase()) === true;
}

/** Whether a pooler at this URL has refused any setting. */
export function isPooled(url: string): boolean {
  return refused.has(url);
}

/** Runs `use`. Each time a pooler refuses a setting, runs `connectAgain` and then `use` again. */
export async function withPins<Result>(
  url: string,
  use: () => Promise<Result>,
  connectAgain: () => void = () => undefined,
): Promise<Result> {
  // Another connection may have reported the same setting. Each setting justifies one more try.
  const names = new Set<string>();
  for (;;)
    try {
      return await use();
    } catch (error) {
      const name = noteRefusal(url, error);
      if (name === null || names.has(name)) throw error;
      names.add(name);
      connectAgain();
    }
}

/** If a pooler has refused a setting of ours, later connections to this URL do not send it. */
export function noteRefusal(url: string, error: unknown): string | null {
  const name = refusedPin(error);
  if (name !== null) refused.set(url, (refused.get(url) ?? new Set()).add(name));
  return name;
}

/** The setting of ours that a pooler refused, in small letters; null for any other error. */
function refusedPin(error: unknown): string | null {
  if (sqlState(error) !== PROTOCOL_VIOLATION) return null;
  const name = REFUSED.exec(messagesOf(error))?.[1]?.toLowerCase();
  const ours = [...Object.keys(PINNED), LOCK_TIMEOUT, PLANS];
  return ours.some((pin) => pin.toLowerCase() === name) ? (name ?? null) : null;
}

const messagesOf = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${messagesOf(error.cause)}` : '';

/** What to do if a setting has a wrong value; null if all are right. */
export async function settingsProblem(db: Queries): Promise<string | null> {
  const names = Object.keys(PINNED).map((name) => sql`${name}::text`);
  const found = await db.execute<Found>(sql`
    select name, current_setting(name) as value, current_user as user,
      current_database() as database,
      current_schema() = 'public' or to_regclass('jobs') = to_regclass('public.jobs') as "isFound"
    from unnest(array[${sql.join(names, sql`, `)}]) as name`);
  // Any search path on which the tables are found is right.
  const wrong = found.find(({ name, value, isFound }) =>
    name === 'search_path' ? !isFound : !isSame(name, value),
  );
  if (wrong === undefined) return null;
  const { name, value, user, database } = wrong;
  const wanted = name === 'search_path' ? 'public' : `'${PINNED[name]}'`;
  return (
    `The setting ${name} of this database is ${value || 'empty'}, and a pooler on the way lets ` +
    `no program change it. Run ALTER ROLE "${user}" IN DATABASE "${database}" SET ${name} = ` +
    `${wanted}, then restart the pooler.`
  );
}

/** Of a date style, only the first word says how a date is written. */
function isSame(name: Name, value: string): boolean {
  const wanted: string = PINNED[name];
  if (name === 'DateStyle') return value.split(',')[0] === wanted.split(',')[0];
  return value === wanted;
}
