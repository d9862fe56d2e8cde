import { type SQL, sql } from 'drizzle-orm';
import { customType, timestamp } from 'drizzle-orm/pg-core';

/**
 * A time of the database's clock, in milliseconds, so that a JavaScript Date can hold it exactly.
 */
export const instant = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** A transaction id with its epoch, which a cluster never uses twice. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });

/** Text that sorts by its bytes, for any language of the database. */
export const bytewiseText = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/** The transactions that a statement could see. */
export const pgSnapshot = customType<{ data: string }>({ dataType: () => 'pg_snapshot' });

/** A check that a column holds one of the domain's words. */
export function oneOf(column: string, words: readonly string[]): SQL {
  return sql.raw(`${column} in (${words.map((word) => `'${word}'`).join(', ')})`);
}
