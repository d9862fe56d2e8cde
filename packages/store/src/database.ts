import { drizzle, type PgRemoteDatabase, type RemoteCallback } from 'drizzle-orm/pg-proxy';
import type postgres from 'postgres';
import type { TransactionConfig } from './transaction-bounds.ts';

type Values = Parameters<RemoteCallback>[1];
type Rows = Awaited<ReturnType<RemoteCallback>>['rows'];

/** How a statement is sent. */
export type Sending = {
  /** A row is an array of its values instead of an object. */
  readonly asArrays: boolean;
  /** Each connection parses the text once and keeps the plan. */
  readonly isKept: boolean;
};
/** Sends a statement at once, in the order of the calls, and gives its rows. */
export type Send = (text: string, values: Values, sending: Sending) => Promise<Rows>;

/**
 * Sends a statement on a pool of postgres.js, or on a transaction of it.
 *
 * If a statement fails after its first rows, postgres.js 3.4.9 leaves as many holes before the rows
 * of the next statement on the connection. So holes are removed here. Decision 0090 has more.
 */
export const sendOn = async (
  client: Pick<postgres.Sql, 'unsafe'>,
  ...[text, values, { asArrays, isKept }]: Parameters<Send>
): ReturnType<Send> => {
  const statement = client.unsafe(text, values, { prepare: isKept });
  const rows: Rows = await (asArrays ? statement.values() : statement);
  return rows.length === 0 || 0 in rows ? rows : rows.filter(() => true);
};

/** A database or a transaction: the first argument of every statement. */
export type Database = Pick<
  PgRemoteDatabase,
  'select' | 'insert' | 'update' | 'delete' | 'execute'
> & {
  readonly send: Send;
  /** Use inTransaction or inSnapshot instead: their names say what they guarantee. */
  begin<Result>(
    work: (tx: Database) => Promise<Result>,
    config?: TransactionConfig,
  ): Promise<Result>;
};

/** The part of Database that reads need which run before the schema is checked. */
export type Queries = Pick<Database, 'execute'>;

/** A database whose drizzle statements go to `send`. */
export function databaseOf(send: Send, begin: Database['begin']): Database {
  return Object.assign(statementsOf(send), { send, begin });
}

/** Sends queries on a client that is already open. */
export function queriesOn(client: Pick<postgres.Sql, 'unsafe'>): PgRemoteDatabase {
  return statementsOf((...statement) => sendOn(client, ...statement));
}

const statementsOf = (send: Send) =>
  drizzle(async (text, values, method) => ({
    rows: await send(text, values, { asArrays: method === 'all', isKept: false }),
  }));
