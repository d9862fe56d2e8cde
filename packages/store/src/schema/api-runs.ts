import { sql } from 'drizzle-orm';
import { bigint, index, pgTable } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * When an API process was up: one row from its start, or from when the database answered it again,
 * to its end. A time that no row covers is a time in which no audit line could be written.
 */
export const apiRuns = pgTable(
  'api_runs',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    startedAt: instant('started_at').notNull().default(sql`clock_timestamp()`),
    lastSeenAt: instant('last_seen_at').notNull().default(sql`clock_timestamp()`),
    /** When it ended in order; null while it runs, and where it was only not heard any more. */
    endedAt: instant('ended_at'),
  },
  (table) => [index('api_runs_started').on(table.startedAt)],
);
