import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * Each incarnation of this database that an API has seen. A promotion or a restore begins a new
 * incarnation. Changes up to `lastChangeId` came with a dump and have transaction ids of another
 * cluster, so they count as seen by every cursor of this incarnation.
 */
export const databaseIncarnations = pgTable('database_incarnations', {
  incarnation: text('incarnation').primaryKey(),
  lastChangeId: bigint('last_change_id', { mode: 'bigint' }).notNull(),
  /**
   * Jobs up to this number in the order of submission may have been claimed in an earlier
   * incarnation; null: none.
   */
  lastQueueSeq: bigint('last_queue_seq', { mode: 'number' }),
  seenAt: instant('seen_at').notNull().default(sql`clock_timestamp()`),
});

/**
 * The functions of the database that `migrate` applied last (functions.ts). The table has one row.
 */
export const appliedFunctions = pgTable('applied_functions', {
  onlyRow: boolean('only_row').primaryKey().default(true),
  /** SHA-256, in hex, of the text of all functions. */
  hash: text('hash').notNull(),
  /** The version of Renderdeck that applied them. */
  version: text('version').notNull(),
  /** Each function with the types of its arguments, in the form for to_regprocedure. */
  functions: jsonb('functions').$type<readonly string[]>().notNull(),
  appliedAt: instant('applied_at').notNull().default(sql`clock_timestamp()`),
  /** The level of the schema (schema-level.ts). The release before levels has 1. */
  level: integer('level').notNull().default(1),
  /** The least level of a program that may use the schema. */
  leastLevel: integer('least_level').notNull().default(1),
});
