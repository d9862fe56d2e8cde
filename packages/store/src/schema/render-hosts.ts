import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** One row a render host: its daemon's latest run and what it said of itself. */
export const renderHosts = pgTable('render_hosts', {
  name: text('name').primaryKey(),
  workerId: uuid('worker_id').notNull(),
  /** The daemon itself, so that it is known whether it still lives: boot, pid and start token; opaque here. */
  bootId: text('boot_id').notNull(),
  pid: integer('pid').notNull(),
  startToken: text('start_token').notNull(),
  slots: smallint('slots').notNull(),
  version: text('version').notNull(),
  platform: text('platform').notNull(),
  /** The renderer in words; a stand-in says so. */
  renderer: text('renderer').notNull(),
  standIn: boolean('stand_in').notNull(),
  container: text('container').notNull(),
  leaseMs: integer('lease_ms').notNull(),
  /** Why it takes no job now, as a sentence; null where it does. */
  problem: text('trouble'),
  freeBytes: bigint('free_bytes', { mode: 'number' }),
  /** Scratch folders of attempts that are over and could not be removed as yet. */
  leftoverFolders: integer('leftover_folders').notNull().default(0),
  /** Processes with this host's mark that belong to no attempt on record: shown, never signalled. */
  unclaimedProcesses: integer('unclaimed_processes').notNull().default(0),
  draining: boolean('draining').notNull().default(false),
  startedAt: instant('started_at').notNull().default(sql`clock_timestamp()`),
  lastHeardAt: instant('last_heard_at').notNull().default(sql`clock_timestamp()`),
  /** Set when the daemon ended in good order. */
  stoppedAt: instant('stopped_at'),
});
