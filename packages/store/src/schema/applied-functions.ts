import { sql } from 'drizzle-orm';
import { boolean, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** What `migrate` applied last of the functions of the database (functions.ts); one row. */
export const appliedFunctions = pgTable('applied_functions', {
  onlyRow: boolean('only_row').primaryKey().default(true),
  /** Of all their text, SHA-256 in hex. */
  hash: text('hash').notNull(),
  /** The version of Renderdeck that applied them. */
  version: text('version').notNull(),
  /** Each function with the types of its arguments, as to_regprocedure finds it. */
  functions: jsonb('functions').$type<readonly string[]>().notNull(),
  appliedAt: instant('applied_at').notNull().default(sql`clock_timestamp()`),
});
