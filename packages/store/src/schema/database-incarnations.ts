import { sql } from 'drizzle-orm';
import { bigint, boolean, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * Each incarnation of this database that an API has seen: a promotion or a restore begins a new
 * one. Changes up to `lastChangeId` came with a dump and have transaction ids of another cluster,
 * so every cursor of this incarnation has seen them.
 */
export const databaseIncarnations = pgTable('database_incarnations', {
  incarnation: text('incarnation').primaryKey(),
  lastChangeId: bigint('last_change_id', { mode: 'bigint' }).notNull(),
  /**
   * Jobs up to this place of submission may have been claimed in an earlier incarnation; null:
   * none.
   */
  lastQueueSeq: bigint('last_queue_seq', { mode: 'number' }),
  seenAt: instant('seen_at').notNull().default(sql`clock_timestamp()`),
});

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
