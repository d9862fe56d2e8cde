import { DrizzleQueryError } from 'drizzle-orm';
import postgres from 'postgres';
import { CONDITIONS, databaseCondition, explainCondition } from './database-conditions.ts';

/** Conditions of the whole database, not of one statement. */
const OUTAGES: ReadonlySet<string> = new Set(
  (
    [
      ...(['unreachable', 'starting', 'closed', 'noConnectionLeft', 'connectionLost'] as const),
      ...(['readOnly', 'noSpace', 'noMemory', 'disk'] as const),
    ] as const
  ).map((kind) => CONDITIONS[kind].problem),
);

/**
 * What is wrong with the whole database, and what to do; null if this error of a connection or
 * statement is no such condition.
 */
export function explainOutage(error: unknown): string | null {
  const condition = databaseCondition(error);
  return condition !== null && OUTAGES.has(condition.problem) ? explainCondition(error) : null;
}

/** Whether an error is certainly of the database: of a statement, or by PostgreSQL itself. */
export function isOfDatabase(error: unknown): boolean {
  return error instanceof DrizzleQueryError || error instanceof postgres.PostgresError;
}

/** Whether other programs have all connections that the database allows. */
export function hasNoConnectionLeft(error: unknown): boolean {
  return databaseCondition(error)?.problem === CONDITIONS.noConnectionLeft.problem;
}
