import { sql } from 'drizzle-orm';
import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** Jobs whose stop was not proven in time, so that it is told once, and once when it is settled. */
export const unprovenStops = pgTable('unproven_stops', {
  jobId: uuid('job_id').primaryKey(),
  at: instant('at').notNull().default(sql`clock_timestamp()`),
  settledAt: instant('settled_at'),
});

/** Silences of hosts, so that each is told once: one row for each last heartbeat. */
export const hostSilences = pgTable(
  'host_silences',
  {
    host: text('host').notNull(),
    lastHeardAt: instant('last_heard_at').notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ name: 'host_silences_pkey', columns: [table.host, table.lastHeardAt] })],
);
