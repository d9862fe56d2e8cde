import { ROLES } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { oneOf } from './one-of.ts';

export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    /** argon2id. */
    passwordHash: text('password_hash').notNull(),
    role: text('role', { enum: ROLES }).notNull(),
    disabled: boolean('disabled').notNull().default(false),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [
    check('users_role_known', oneOf('role', ROLES)),
    uniqueIndex('users_name').on(sql`lower(${table.name})`),
  ],
);

export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    address: text('address'),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
    lastSeenAt: instant('last_seen_at').notNull().default(sql`clock_timestamp()`),
    expiresAt: instant('expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    /** Over after so long without an act of its user; set with the session, so that every reader knows it. */
    idleMs: integer('idle_ms').notNull().default(14_400_000),
  },
  (table) => [index('sessions_user').on(table.userId)],
);

/** A token belongs to a named principal; of its secret only a SHA-256 is kept (256 random bits need no slow hash). */
export const apiTokens = pgTable(
  'api_tokens',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    role: text('role', { enum: ROLES }).notNull(),
    secretHash: text('secret_hash').notNull().unique('api_tokens_secret'),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    check('api_tokens_role_known', oneOf('role', ROLES)),
    uniqueIndex('api_tokens_name').on(sql`lower(${table.name})`),
  ],
);

/** Sign-ins tried and not done, by what they are counted under, until their window is over. A name stands here only as a short hash. */
export const loginAttempts = pgTable('login_attempts', {
  key: text('key').primaryKey(),
  count: integer('count').notNull(),
  until: instant('until').notNull(),
});

/** How often an requestContext was refused within a minute, until the minute is over and its count becomes an audit line. */
export const refusalCounts = pgTable(
  'refusal_counts',
  {
    minute: instant('minute').notNull(),
    /** Who is counted as one. */
    who: text('who').notNull(),
    actorKind: text('actor_kind').notNull(),
    actor: text('actor').notNull(),
    channel: text('channel').notNull(),
    address: text('address'),
    /** Refusals that asked for an audit line of their own; the first ones have it. */
    whole: integer('whole').notNull(),
    /** The others, by action. */
    more: jsonb('more').$type<Readonly<Record<string, number>>>().notNull(),
  },
  (table) => [primaryKey({ name: 'refusal_counts_pkey', columns: [table.minute, table.who] })],
);
