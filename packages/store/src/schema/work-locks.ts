import { pgTable, text } from 'drizzle-orm/pg-core';

/** What one transaction at a time does, over all processes. SQL functions name some of them. */
export const WORK_LOCKS = [
  'queueOrder',
  'queueCounts',
  'auditSeals',
  'oldSecrets',
  'oldJobs',
  'oldLogs',
  'measures',
  'estimates',
  'receiptSeries',
  'accountNames',
] as const;
export type WorkLock = (typeof WORK_LOCKS)[number];

/**
 * One row for each of WORK_LOCKS: a transaction locks it. Not advisory locks, because every login
 * of the database may take those and keep them (0063).
 */
export const workLocks = pgTable('work_locks', { name: text('name').primaryKey() });
