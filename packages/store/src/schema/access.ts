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
import { instant, oneOf } from './columns.ts';

export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    /** Made with argon2id. */
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
    /**
     * The session ends after this time without use. It is stored, so every reader uses the same
     * limit.
     */
    idleMs: integer('idle_ms').notNull().default(14_400_000),
  },
  (table) => [index('sessions_user').on(table.userId)],
);

/**
 * A token belongs to a named principal. Only the SHA-256 of its secret is stored; a secret of 256
 * random bits needs no slow hash.
 */
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

/**
 * The counts of sign-ins for `packages/domain/src/login-limits.ts`: by address group, by name, and
 * by both. Names are stored as short hashes.
 */
export const loginAttempts = pgTable(
  'login_attempts',
  {
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    /** When a pair may try again, or until when an allowance is used up. */
    nextAt: instant('next_at').notNull().default(sql`clock_timestamp()`),
    /** The row counts until this time. */
    until: instant('until').notNull(),
  },
  (table) => [index('login_attempts_until').on(table.until)],
);

/** The address groups that a user signed in from, each with the last time. */
export const knownAddresses = pgTable(
  'known_addresses',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    addressGroup: text('address_group').notNull(),
    lastAt: instant('last_at').notNull(),
  },
  (table) => [
    primaryKey({ name: 'known_addresses_pkey', columns: [table.userId, table.addressGroup] }),
  ],
);

/**
 * Refused requests for each minute and caller. When the minute ends, a count becomes an audit line.
 */
export const refusalCounts = pgTable(
  'refusal_counts',
  {
    minute: instant('minute').notNull(),
    /** The key under which refusals are counted. */
    who: text('who').notNull(),
    actorKind: text('actor_kind').notNull(),
    actor: text('actor').notNull(),
    channel: text('channel').notNull(),
    address: text('address'),
    /** Refusals that should get an audit line each; only the first ones get it. */
    whole: integer('whole').notNull(),
    /** All other refusals, counted by action. */
    more: jsonb('more').$type<Readonly<Record<string, number>>>().notNull(),
  },
  (table) => [primaryKey({ name: 'refusal_counts_pkey', columns: [table.minute, table.who] })],
);
