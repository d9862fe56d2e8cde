import { sql } from 'drizzle-orm';
import { bigint, boolean, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { instant, pgSnapshot } from './columns.ts';

/**
 * How many jobs wait in each block of queue keys, for blocks of four sizes: 2^10, 2^17, 2^24 and
 * 2^48 keys. The counts contain the changes that the last fold saw; later change rows are added to
 * them.
 */
export const queueCounts = pgTable(
  'queue_counts',
  {
    level: smallint('lvl').notNull(),
    /** The common upper bits of the keys in the block. */
    block: bigint('blk', { mode: 'bigint' }).notNull(),
    jobs: bigint('n', { mode: 'bigint' }).notNull(),
  },
  (table) => [primaryKey({ name: 'queue_counts_pkey', columns: [table.level, table.block] })],
);

/** Which change rows the counts contain. The counts may be used only if a row is in force. */
export const queueFolds = pgTable('queue_folds', {
  onlyRow: boolean('only_row').primaryKey().default(true),
  /** The counts contain a change row if its transaction is visible in this snapshot. */
  snapshot: pgSnapshot('snap').notNull(),
  /** Change rows up to this id came with a dump; their transactions are of another cluster. */
  afterId: bigint('after_id', { mode: 'bigint' }).notNull(),
  foldedAt: instant('folded_at').notNull().default(sql`clock_timestamp()`),
  /** The transaction that wrote the row. Null if the counts are void until a recount. */
  writer: text('writer'),
  /**
   * False if a restore wrote the row: a dump contains no generated values, so they are computed
   * again.
   */
  isInForce: boolean('in_force').generatedAlwaysAs(sql`is_this_transaction(writer)`),
});
