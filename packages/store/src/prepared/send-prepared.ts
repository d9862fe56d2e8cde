import { DrizzleQueryError, fillPlaceholders, type Query } from 'drizzle-orm';
import type { Database, Sending } from '../database.ts';

/** The values of the placeholders (`sql.placeholder('id')`), in the form for the driver. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Sends a statement at once, under the name by which the connection prepared it. Statements are
 * sent in the order of the calls, and none waits for the answer to an earlier one. With `asArrays`
 * a row is an array of its values; without `isKept` the statement is not prepared.
 */
export async function sendPrepared<Row extends object>(
  db: Database,
  { sql: text, params }: Pick<Query, 'sql' | 'params'>,
  values: Values = {},
  { asArrays = false, isKept = true }: Partial<Sending> = {},
): Promise<Row[]> {
  const filled = fillPlaceholders(params, values);
  try {
    return await db.send(text, filled, { asArrays, isKept });
  } catch (error) {
    throw new DrizzleQueryError(text, filled, error instanceof Error ? error : undefined);
  }
}
