import { type SQL, sql } from 'drizzle-orm';

/** A check that a column holds one of the domain's words. */
export function oneOf(column: string, words: readonly string[]): SQL {
  return sql.raw(`${column} in (${words.map((word) => `'${word}'`).join(', ')})`);
}
