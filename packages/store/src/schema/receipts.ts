import { bigint, pgTable, unique, uuid } from 'drizzle-orm/pg-core';
import { jobs } from './jobs.ts';

/**
 * The number of each cancel's receipt. A trigger on jobs inserts it in the transaction that stores
 * the stop request, so no cancel is without one. Numbers grow, and may have holes.
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
