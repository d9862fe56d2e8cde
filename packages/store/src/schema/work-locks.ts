import { pgTable, text } from 'drizzle-orm/pg-core';

/**
 * Work that only one transaction at a time may do, across all processes. SQL functions use some of
 * these names.
 */
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
 * One row for each of WORK_LOCKS, which a transaction locks. Advisory locks are not used, because
 * every login of the database can take them and keep them (0063).
 */
export const workLocks = pgTable('work_locks', { name: text('name').primaryKey() });
