import { sql } from 'drizzle-orm';
import { bigint, pgTable, text } from 'drizzle-orm/pg-core';
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
