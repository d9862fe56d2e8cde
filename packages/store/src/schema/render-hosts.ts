import { HOST_PROBLEMS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  pgTable,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, reported } from './columns.ts';

/** One row for each render host: the latest run of its daemon and what that daemon reported. */
export const renderHosts = pgTable(
  'render_hosts',
  {
    name: text('name').primaryKey(),
    workerId: uuid('worker_id').notNull(),
    /** The host that owns the name, and its known facts; null in rows of older versions. */
    hostId: uuid('host_id'),
    identity: reported('identity'),
    /** The host's own login, set by the database at registration; null if hosts share a login. */
    hostLogin: text('host_login'),
    /**
     * Boot, pid and start token identify the process of the daemon. Only its host can check them.
     */
    bootId: text('boot_id').notNull(),
    pid: integer('pid').notNull(),
    startToken: text('start_token').notNull(),
    slots: smallint('slots').notNull(),
    /** The tags that the host offered at its last registration. */
    tags: text('tags').array().notNull().default(sql`'{}'::text[]`),
    version: text('version').notNull(),
    platform: text('platform').notNull(),
    /** The renderer, as shown to people. A stand-in says in its name that it is one. */
    renderer: text('renderer').notNull(),
    standIn: boolean('stand_in').notNull(),
    container: text('container').notNull(),
    /**
     * The Windows session of the daemon; session 0 is for services. Null: not Windows, or not
     * known.
     */
    session: integer('session'),
    /** When the machine booted, by the database's clock; null in rows of older versions. */
    bootedAt: instant('booted_at'),
    /** The user that renders run as; null: the worker's own user, or a row of an older version. */
    renderUser: text('render_user'),
    /** What the machine has for its programs; null in rows of older versions. */
    cpuCores: integer('cpu_cores'),
    memoryBytes: bigint('memory_bytes', { mode: 'number' }),
    leaseMs: integer('lease_ms').notNull(),
    /**
     * The incarnation of the database to which the host has sent its whole journal; null before
     * that.
     */
    journalSentTo: text('journal_sent_to'),
    /** Why the host claims no jobs now, in one sentence; null if it claims jobs. */
    problem: text('problem'),
    /** The kind of the problem; null without one, and if the worker is of an older version. */
    problemKind: text('problem_kind', { enum: HOST_PROBLEMS }),
    freeBytes: bigint('free_bytes', { mode: 'number' }),
    /** Scratch folders of ended attempts that could not be removed yet. */
    leftoverFolders: integer('leftover_folders').notNull().default(0),
    /**
     * Processes with this host's owner tag and a tree marker of no known attempt; on Windows, After
     * Effects that no worker holds. They are shown, and never get a signal.
     */
    unclaimedProcesses: integer('unclaimed_processes').notNull().default(0),
    /** The worker shuts down. A drain by an admin is in drained_at. */
    draining: boolean('draining').notNull().default(false),
    /**
     * An admin drained the host: no claim gives it a job until an admin lets it take jobs again.
     * It stays with the name of the host. Only the API writes these columns.
     */
    drainedAt: instant('drained_at'),
    drainedBy: text('drained_by'),
    drainReason: text('drain_reason'),
    /** When an admin asked the host to check itself; null if no request is open. */
    checkAskedAt: instant('check_asked_at'),
    checkAskedBy: text('check_asked_by'),
    /** The latest check that the host made of itself; null if it has made none. */
    checkedAt: instant('checked_at'),
    checks: reported('checks'),
    /** When the latest check that held began; and the same for checks that an admin asked for. */
    checkHeldAt: instant('check_held_at'),
    askedCheckHeldAt: instant('asked_check_held_at'),
    /**
     * The latest reports of `worker prepare` and `worker selftest-kill` on the host; null if there
     * is none.
     */
    preparation: reported('preparation'),
    killTest: reported('kill_test'),
    /**
     * What the host put out for jobs that the database has lost; the latest 100. A trigger writes
     * an audit line for each.
     */
    lostOutputs: reported('lost_outputs').notNull().default([]),
    startedAt: instant('started_at').notNull().default(sql`clock_timestamp()`),
    lastHeardAt: instant('last_heard_at').notNull().default(sql`clock_timestamp()`),
    /** Set when the daemon shut down cleanly. */
    stoppedAt: instant('stopped_at'),
    /** An admin handed the name over, so the next host may take it. Null while a host owns it. */
    releasedAt: instant('released_at'),
    releasedBy: text('released_by'),
    /** An admin declared the host gone. Null when the host is heard again. */
    goneAt: instant('gone_at'),
    goneBy: text('gone_by'),
    goneReason: text('gone_reason'),
  },
  // Renewals and polls of thousands of hosts find their rows by it.
  (table) => [index('render_hosts_worker').on(table.workerId).concurrently()],
);

/**
 * Which database login may use the name of a host. Only the owner of the tables writes here, with
 * bind_host_login. A login may have several names, but a name has one login.
 */
export const hostLogins = pgTable('host_logins', {
  host: text('host').primaryKey(),
  login: text('login').notNull(),
});
