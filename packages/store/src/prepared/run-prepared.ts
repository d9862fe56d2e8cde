import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { Database } from '../database.ts';
import { sendPrepared } from './send-prepared.ts';

const dialect = new PgDialect();

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
