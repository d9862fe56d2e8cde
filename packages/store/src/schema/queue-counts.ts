import { sql } from 'drizzle-orm';
import { bigint, boolean, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { instant, pgSnapshot } from './columns.ts';

/**
 * How many jobs wait in each block of queue keys, at four levels of blocks: of 2^10, 2^17, 2^24 and
 * 2^48 keys. They count what the last fold saw; change rows that it did not see come on top.
 */
export const queueCounts = pgTable(
  'queue_counts',
  {
    level: smallint('lvl').notNull(),
    /** The keys of the block without their last bits. */
    block: bigint('blk', { mode: 'bigint' }).notNull(),
    jobs: bigint('n', { mode: 'bigint' }).notNull(),
  },
  (table) => [primaryKey({ name: 'queue_counts_pkey', columns: [table.level, table.block] })],
);

/** Which change rows the counts hold. Without a row that is in force the counts say nothing. */
export const queueFolds = pgTable('queue_folds', {
  onlyRow: boolean('only_row').primaryKey().default(true),
  /** A change row is in the counts if its transaction is visible in this snapshot. */
  snapshot: pgSnapshot('snap').notNull(),
  /** Change rows up to this id came with a dump; their transactions are of another cluster. */
  afterId: bigint('after_id', { mode: 'bigint' }).notNull(),
  foldedAt: instant('folded_at').notNull().default(sql`clock_timestamp()`),
  /** The transaction that wrote the row. Null where the counts must be made anew. */
  writer: text('writer'),
  /** A dump holds no generated values: false where a restore wrote the row. */
  isInForce: boolean('in_force').generatedAlwaysAs(sql`is_this_transaction(writer)`),
});
