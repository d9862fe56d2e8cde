import { sql } from 'drizzle-orm';
import { boolean, integer, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** One row a render host: its daemon's latest run and what it said of itself. */
export const renderHosts = pgTable('render_hosts', {
  name: text('name').primaryKey(),
  workerId: uuid('worker_id').notNull(),
  pid: integer('pid').notNull(),
  slots: smallint('slots').notNull(),
  version: text('version').notNull(),
  platform: text('platform').notNull(),
  /** The renderer in words; a stand-in says so. */
  renderer: text('renderer').notNull(),
  standIn: boolean('stand_in').notNull(),
  container: text('container').notNull(),
  leaseMs: integer('lease_ms').notNull(),
  draining: boolean('draining').notNull().default(false),
  startedAt: instant('started_at').notNull().default(sql`clock_timestamp()`),
  lastHeardAt: instant('last_heard_at').notNull().default(sql`clock_timestamp()`),
  /** Set when the daemon ended in good order. */
  stoppedAt: instant('stopped_at'),
});
