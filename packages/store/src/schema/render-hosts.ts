import type { HostCheck, HostIdentity, HostReport } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** One row per render host: the latest run of its daemon and what it reported. */
export const renderHosts = pgTable('render_hosts', {
  name: text('name').primaryKey(),
  workerId: uuid('worker_id').notNull(),
  /** The host that owns the name, and what is known of it; null in rows of older versions. */
  hostId: uuid('host_id'),
  identity: jsonb('identity').$type<HostIdentity>(),
  /** The host's own login, set by the database at registration; null where hosts share one. */
  hostLogin: text('host_login'),
  /** Boot, pid and start token identify the daemon's process; only its host can check them. */
  bootId: text('boot_id').notNull(),
  pid: integer('pid').notNull(),
  startToken: text('start_token').notNull(),
  slots: smallint('slots').notNull(),
  /** What it said at its last registration that it offers. */
  tags: text('tags').array().notNull().default(sql`'{}'::text[]`),
  version: text('version').notNull(),
  platform: text('platform').notNull(),
  /** The renderer as shown to people; a stand-in says so. */
  renderer: text('renderer').notNull(),
  standIn: boolean('stand_in').notNull(),
  container: text('container').notNull(),
  /** The Windows session of the daemon: 0 is that of services. Null: not Windows, or not known. */
  session: integer('session'),
  /** When the machine booted, by the database's clock; null in rows of older versions. */
  bootedAt: instant('booted_at'),
  /** The user that renders run as; null: the worker's own, as in rows of older versions. */
  renderUser: text('render_user'),
  leaseMs: integer('lease_ms').notNull(),
  /** The incarnation of the database to which it has sent its whole journal; null before. */
  journalSentTo: text('journal_sent_to'),
  /** Why the host claims no jobs now, in one sentence; null where it does. */
  problem: text('problem'),
  freeBytes: bigint('free_bytes', { mode: 'number' }),
  /** Scratch folders of ended attempts that could not be removed yet. */
  leftoverFolders: integer('leftover_folders').notNull().default(0),
  /** Processes with this host's tree marker but no attempt. They are shown, never signalled. */
  unclaimedProcesses: integer('unclaimed_processes').notNull().default(0),
  draining: boolean('draining').notNull().default(false),
  /** An admin asked the host to check itself; null where no check is asked for. */
  checkAskedAt: instant('check_asked_at'),
  checkAskedBy: text('check_asked_by'),
  /** The latest check that the host made of itself; null where it made none. */
  checkedAt: instant('checked_at'),
  checks: jsonb('checks').$type<readonly HostCheck[]>(),
  /** Its latest check that held, and the latest of these that an admin asked for. */
  checkHeldAt: instant('check_held_at'),
  askedCheckHeldAt: instant('asked_check_held_at'),
  /** The latest `worker prepare` and `worker selftest-kill` there; null where none was reported. */
  preparation: jsonb('preparation').$type<HostReport>(),
  killTest: jsonb('kill_test').$type<HostReport>(),
  startedAt: instant('started_at').notNull().default(sql`clock_timestamp()`),
  lastHeardAt: instant('last_heard_at').notNull().default(sql`clock_timestamp()`),
  /** Set when the daemon shut down cleanly. */
  stoppedAt: instant('stopped_at'),
  /** An admin handed the name over: the next host may take it. Null while a host owns it. */
  releasedAt: instant('released_at'),
  releasedBy: text('released_by'),
  /** An admin declared the host gone. Null once it is heard again. */
  goneAt: instant('gone_at'),
  goneBy: text('gone_by'),
  goneReason: text('gone_reason'),
});

/**
 * Which login of the database may use the name of a host. Only the owner of the tables writes it,
 * by bind_host_login. A login may have several names, a name has one login.
 */
export const hostLogins = pgTable('host_logins', {
  host: text('host').primaryKey(),
  login: text('login').notNull(),
});
