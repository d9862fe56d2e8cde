import { sql } from 'drizzle-orm';
import { bigint, pgTable, primaryKey, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { jobs } from './jobs.ts';

/**
 * The number of each cancel's receipt. A trigger on jobs inserts it in the transaction that stores
 * the stop request, so every cancel has one. Numbers grow and may have holes.
 */
export const receipts = pgTable(
  'receipts',
  {
    number: bigint('number', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
  },
  (table) => [unique('receipts_job').on(table.jobId)],
);

/**
 * Where the numbers of receipts continued in each incarnation of this database. The trigger that
 * numbers receipts writes a row before the first number of an incarnation (decision 0045).
 */
export const receiptSeries = pgTable(
  'receipt_series',
  {
    /** The same text as in database_incarnations. */
    incarnation: text('incarnation').notNull(),
    /** Every number of this incarnation is larger than this one. */
    after: bigint('after', { mode: 'number' }).notNull(),
    begunAt: instant('begun_at').notNull().default(sql`clock_timestamp()`),
    /**
     * Set when a deletion in database_incarnations said that the rows of this database went back in
     * time.
     */
    overAt: instant('over_at'),
  },
  (table) => [
    primaryKey({ name: 'receipt_series_pkey', columns: [table.incarnation, table.begunAt] }),
    uniqueIndex('receipt_series_open').on(table.incarnation).where(sql`over_at is null`),
  ],
);
