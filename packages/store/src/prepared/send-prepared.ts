import { DrizzleQueryError, fillPlaceholders, type Query } from 'drizzle-orm';
import type postgres from 'postgres';
import type { Database } from '../connect.ts';
import { sessionOf } from '../session-of.ts';

/** Values of the placeholders (`sql.placeholder('id')`), as the driver takes them. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Sends a statement at once, under the name by which its connection prepared it. Statements travel
 * in the order of the calls, and none waits for the answer to an earlier one. With `asArrays` a row
 * is an array of its values; without `isKept` it is not prepared. Decision 0048 tells more.
 */
export async function sendPrepared<Row extends object>(
  db: Database,
  text: Query,
  values: Values = {},
  { asArrays = false, isKept = true }: { asArrays?: boolean; isKept?: boolean } = {},
): Promise<Row[]> {
  const parameters = fillPlaceholders(text.params, values);
  const statement = [text.sql, parameters, { prepare: isKept }];
  const { client, logger } = sessionOf(db);
  logger.logQuery(text.sql, parameters);
  const sent: postgres.PendingQuery<Row[]> = Reflect.apply(client.unsafe, undefined, statement);
  try {
    if (asArrays) void sent.values();
    return await sent.execute();
  } catch (error) {
    throw new DrizzleQueryError(text.sql, parameters, error instanceof Error ? error : undefined);
  }
}
