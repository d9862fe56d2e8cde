import { type Query, type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database } from '../database.ts';
import { sendPrepared, type Values } from './send-prepared.ts';

const dialect = new PgDialect();

/**
 * A statement that runs often: its text is made once, and each connection parses it once. Its rows
 * are as the driver gives them.
 */
export function prepare<Row extends object>(build: () => SQL) {
  let text: Query | null = null;
  return (db: Database, values?: Values): Promise<readonly Row[]> => {
    text ??= dialect.sqlToQuery(build());
    return sendPrepared<Row>(db, text, values);
  };
}

/**
 * Runs a statement that has one of few texts, whatever its values: each connection parses each text
 * once, and keeps it for good. Without `isKept` it is parsed and planned for these values alone.
 */
export function runPrepared<Row extends object>(
  db: Database,
  statement: SQL,
  isKept = true,
): Promise<readonly Row[]> {
  return sendPrepared<Row>(db, dialect.sqlToQuery(statement), {}, { isKept });
}

/**
 * `any (…)` of the uuids that the placeholder holds, as `{id,id}`. They come from a subquery, so
 * the planner expects as many of them each time, and keeps one plan. For a bare array it would plan
 * each time, because a plan for one id is cheaper than that for the ten that it expects.
 */
export function anyOf(name: string): SQL {
  return sql`any (array(select unnest(${sql.placeholder(name)}::uuid[])))`;
}
