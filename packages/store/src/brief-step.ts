/*
 * How `migrate` changes the database beside a running farm: in steps. A step is one transaction,
 * and no statement of the farm waits longer than 2 s for it.
 *
 * 1. While a step waits for a table, all later statements on this table wait behind it. So a step
 *    waits for a short time only. Most steps need one table: 1.3 s, so that an autovacuum gives way
 *    (it does so after `deadlock_timeout`, which is 1 s).
 * 2. A step that needs several tables locks all of them first, and waits 700 ms for all together. A
 *    statement of the farm may hold one of them and wait for another one. The step gives way before
 *    PostgreSQL looks for the victim of a deadlock. The next try begins with another table.
 * 3. A step holds its tables for at most 1 s. From the request for its first lock on, it lasts at
 *    most 1.8 s. PostgreSQL ends a statement that would take longer, and the session if `migrate`
 *    has stopped.
 * 4. A step that did not come to its end has changed nothing. It is repeated after a pause, so that
 *    the statements that waited for it can run.
 * 5. If no other session uses the database, a step may last as long as it needs.
 */
import { setTimeout } from 'node:timers/promises';
import type postgres from 'postgres';
import { runTransaction } from './run-transaction.ts';
import { sqlState } from './sql-state.ts';

const MOST_WAIT_MS = 1300;
const MOST_WAIT_FOR_SEVERAL_MS = 700;
const MOST_WHOLE_MS = 1800;
export const MOST_HOLD_MS = 1000;
/** A step that has its end before this time prints nothing. */
const TELL_AFTER_MS = 5000;
const MOST_REPEATS_MS = 600_000;
/** How often a step may last too long. The machine may have been busy. */
const MOST_TOO_LONG = 3;

const LOCK_TIMEOUT = '55P03';
const QUERY_CANCELED = '57014';
/** serialization_failure, deadlock_detected. */
const LOST_A_RACE: readonly (string | null)[] = ['40001', '40P01'];

export type Step = {
  readonly tx: postgres.TransactionSql;
  /** Runs statements without values, within the time that the step has. */
  run<Row extends object = postgres.Row>(text: string): Promise<readonly Row[]>;
  /** Locks the tables against everybody until the end of the step. A step calls it at most once. */
  lock(tables: readonly string[]): Promise<void>;
};
export type StepOptions = {
  /** The step in a sentence, for example `the migration 0001_publications`. */
  readonly what: string;
  readonly warn: (message: string) => void;
  /** How long the step is repeated while others hold its tables; 10 minutes by default. */
  readonly mostRepeatsMs?: number | undefined;
};

/** How far the newest try of a step came. `endsAt`: the end of its time, from its first lock on. */
type Try = { tables: readonly string[]; endsAt: number | null; isBounded: boolean };

/**
 * Runs `work` in a step, until it comes to its end. Throws an error of `work`, or a sentence if the
 * tables stay in use or the work takes too long; the step has changed nothing then.
 */
export async function runStep<Result>(
  client: postgres.Sql,
  { what, warn, mostRepeatsMs = MOST_REPEATS_MS }: StepOptions,
  work: (step: Step) => Promise<Result>,
): Promise<Result> {
  const begunAt = performance.now();
  let wasTold = false;
  let tooLong = 0;
  for (let tries = 1; ; tries += 1) {
    const state: Try = { tables: [], endsAt: null, isBounded: false };
    try {
      return await runTransaction(
        client,
        async (_send, tx) => await work(stepOn(tx, state, tries)),
        {
          settings: `set local lock_timeout = ${MOST_WAIT_MS}`,
        },
      );
    } catch (error) {
      if (isTooLong(error, state)) tooLong += 1;
      else if (!isPassing(error)) throw error;
      if (tooLong === MOST_TOO_LONG) throw new Error(explainTooLong(what), { cause: error });
      const lastedMs = performance.now() - begunAt;
      const holder = await findHolder(client, state.tables);
      const sentence = describeHolder(what, holder);
      if (lastedMs > mostRepeatsMs) throw new Error(sentence, { cause: error });
      if (lastedMs > TELL_AFTER_MS && !wasTold) {
        warn(sentence);
        wasTold = true;
      }
      await setTimeout(Math.min(500 * 1.5 ** tries, 5000) * (0.75 + Math.random() / 2));
      if (holder?.kind === 'autovacuum worker') await waitForTable(client, holder.table);
    }
  }
}

function stepOn(tx: postgres.TransactionSql, state: Try, tries: number): Step {
  /** The time that is left; throws when there is none. */
  const leftMs = (): number => {
    const left = (state.endsAt ?? 0) - performance.now();
    if (left < 1) throw new TooLong();
    return Math.ceil(left);
  };
  return {
    tx,
    async run<Row extends object>(text: string) {
      if (state.isBounded) {
        const left = leftMs();
        const waitMs = Math.max(50, left - (MOST_HOLD_MS - MOST_WAIT_FOR_SEVERAL_MS));
        await tx.unsafe(
          `set local statement_timeout = ${left}; set local lock_timeout = ${waitMs}`,
        );
      }
      return await tx.unsafe<Row[]>(text);
    },
    async lock(tables) {
      if (tables.length === 0) return;
      state.tables = tables;
      const [others] = await tx`select from pg_stat_activity where pid <> pg_backend_pid()
        and datname = current_database() and backend_type = 'client backend' limit 1`;
      state.isBounded = others !== undefined;
      const askedAt = performance.now();
      state.endsAt = askedAt + MOST_WHOLE_MS;
      const idle = `set local idle_in_transaction_session_timeout = ${MOST_HOLD_MS};`;
      const locks = lockAll(inLockOrder(tables, tries));
      await tx.unsafe(state.isBounded ? `${idle} ${locks}` : locks);
      // Of several tables, the first may be held since the request.
      const heldAt = tables.length > 1 ? askedAt : performance.now();
      state.endsAt = Math.min(state.endsAt, heldAt + MOST_HOLD_MS);
    },
  };
}

/** In each try, another table comes first. */
export function inLockOrder(tables: readonly string[], tries: number): string[] {
  const sorted = [...new Set(tables)].sort();
  const first = (tries - 1) % sorted.length;
  return [...sorted.slice(first), ...sorted.slice(0, first)];
}

/** Less than `deadlock_timeout`, whatever this server has. */
const SEVERAL = `least(${MOST_WAIT_FOR_SEVERAL_MS}, (select setting::integer * 7 / 10
  from pg_settings where pg_settings.name = 'deadlock_timeout'))`;

/** Locks the tables one after the other. All waits together have one limit. */
function lockAll(tables: readonly string[]): string {
  const list = tables.map((table) => `'${table.replaceAll("'", "''")}'`).join(', ');
  return `do $do$
    declare
      name text;
      most_ms integer := ${tables.length === 1 ? MOST_WAIT_MS : SEVERAL};
      until timestamptz := clock_timestamp() + most_ms * interval '1 millisecond';
    begin
      foreach name in array array[${list}] loop
        perform set_config('lock_timeout', greatest(1, ceil(
          extract(epoch from until - clock_timestamp()) * 1000))::text, true);
        execute format('lock table only %s in access exclusive mode', name);
      end loop;
    end $do$`;
}

class TooLong extends Error {}

/** Whether the step was ended because its time was over. */
function isTooLong(error: unknown, { endsAt, isBounded }: Try): boolean {
  if (error instanceof TooLong) return true;
  const isOver = endsAt !== null && performance.now() >= endsAt;
  return isBounded && isOver && sqlState(error) === QUERY_CANCELED;
}

/** Whether the same step may succeed when it is repeated. */
function isPassing(error: unknown): boolean {
  const state = sqlState(error);
  // Another session changed the rights or the definition of the same thing.
  const isConcurrent = error instanceof Error && /^tuple concurrently/.test(error.message);
  return state === LOCK_TIMEOUT || LOST_A_RACE.includes(state) || isConcurrent;
}

type Holder = { table: string; pid: number; user: string | null; kind: string };

/** The session that has held a lock on one of these tables for the longest time. */
async function findHolder(
  client: postgres.Sql,
  tables: readonly string[],
): Promise<Holder | undefined> {
  if (tables.length === 0) return undefined;
  const [holder] = await client<Holder[]>`
    select l.relation::regclass::text as table, a.pid, a.usename as user, a.backend_type as kind
    from pg_locks l join pg_stat_activity a using (pid)
    where l.locktype = 'relation' and l.granted and a.datname = current_database()
      and l.relation in (select to_regclass(name)
        from jsonb_array_elements_text(${JSON.stringify(tables)}::text::jsonb) as name)
      and a.pid <> pg_backend_pid()
    order by a.xact_start limit 1`;
  return holder;
}

function describeHolder(what: string, holder: Holder | undefined): string {
  if (holder === undefined)
    return `The database is busy, so ${what} waits. Nothing of it has changed so far.`;
  const { table, pid, user } = holder;
  return (
    `Another session uses the table ${table}, so ${what} waits: process ${pid} of PostgreSQL` +
    `${user === null ? '' : `, user ${user}`}. It can be ended by ` +
    `SELECT pg_terminate_backend(${pid}). Nothing of ${what} has changed so far.`
  );
}

const explainTooLong = (what: string) =>
  `While other sessions use the database, ${what} may hold a table for ${MOST_HOLD_MS / 1000} s, ` +
  'and needs longer. Nothing of it has changed. Stop every API and worker, close all other ' +
  'sessions, and run migrate again.';

/**
 * Waits for one of several tables alone, so that an autovacuum gives way, and lets it go at once. A
 * failure means that the table is still in use.
 */
async function waitForTable(client: postgres.Sql, table: string): Promise<void> {
  await runTransaction(client, async (_send, tx) => {
    await tx.unsafe(`set local lock_timeout = ${MOST_WAIT_MS};
      lock table only ${table} in access exclusive mode`);
  }).catch((error: unknown) => {
    if (!isPassing(error)) throw error;
  });
}
