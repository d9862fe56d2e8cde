import { type Query, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database } from '../database.ts';
import { sendPrepared, type Values } from './send-prepared.ts';

const dialect = new PgDialect();

/**
 * A statement that runs often. Its text is made once, and each connection parses it once. Its rows
 * have the form that the driver gives.
 */
export function prepare<Row extends object>(build: () => SQL) {
  let text: Query | null = null;
  return (db: Database, values?: Values): Promise<readonly Row[]> => {
    text ??= dialect.sqlToQuery(build());
    return sendPrepared<Row>(db, text, values);
  };
}

/**
 * Runs a statement that has one of only a few texts, for any values. Each connection parses each
 * text once and keeps it. Without `isKept` the statement is parsed and planned for these values
 * only.
 */
export function runPrepared<Row extends object>(
  db: Database,
  statement: SQL,
  isKept = true,
): Promise<readonly Row[]> {
  return sendPrepared<Row>(db, dialect.sqlToQuery(statement), {}, { isKept });
}

/**
 * `any (…)` over the uuids of the placeholder, given as `{id,id}`. They come from a subquery, so
 * the planner expects the same number of ids each time and keeps one plan. For a bare array it
 * would plan each time, because a plan for one id is cheaper than the generic plan for the ten that
 * it expects.
 */
export function anyOf(name: string): SQL {
  return sql`any (array(select unnest(${sql.placeholder(name)}::uuid[])))`;
}
