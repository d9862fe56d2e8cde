import {
  DELIVERY_STATES,
  MESSAGE_TYPES,
  WEBHOOK_SHAPES,
  type WebhookEvent,
} from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { instant, oneOf } from './columns.ts';
import { jobCallbacks } from './job-callbacks.ts';

export const webhooks = pgTable(
  'webhooks',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    address: text('address').notNull(),
    events: jsonb('events').$type<readonly WebhookEvent[]>().notNull(),
    /** The filters: the webhook tells only of jobs that fit each filter that is not null. */
    submittedBy: text('submitted_by'),
    /** A part of the job's name; upper and lower case are the same. */
    namePart: text('name_part'),
    host: text('host'),
    shape: text('shape', { enum: WEBHOOK_SHAPES }).notNull(),
    createdBy: text('created_by').notNull(),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
    disabledAt: instant('disabled_at'),
    /** The address asked for no message until this time. */
    pausedUntil: instant('paused_until'),
    /** Why the webhook is disabled, as a sentence. */
    disabledReason: text('disabled_reason'),
  },
  (table) => [
    check('webhooks_shape_known', oneOf('shape', WEBHOOK_SHAPES)),
    check('webhooks_disabled_whole', sql`(disabled_at is null) = (disabled_reason is null)`),
    uniqueIndex('webhooks_name').on(sql`lower(${table.name})`),
  ],
);

/**
 * The keys that sign messages. Only the role of the API may read them, to send messages. They are
 * never shown.
 */
export const webhookSecrets = pgTable('webhook_secrets', {
  webhookId: uuid('webhook_id')
    .primaryKey()
    .references(() => webhooks.id, { onDelete: 'cascade' }),
  secret: text('secret').notNull(),
});

/**
 * The outbox: one row for each message to one webhook, or to the callback of one job. The trigger
 * write_webhook_deliveries writes it in the transaction of the change. The id of the row is the id
 * of the message.
 */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    id: uuid('id').primaryKey().default(sql`gen_random_uuid()`),
    /** Null for a message to a callback. */
    webhookId: uuid('webhook_id').references(() => webhooks.id, { onDelete: 'cascade' }),
    /** The job whose callback gets the message; null for a message to a webhook. */
    callbackOf: uuid('callback_of').references(() => jobCallbacks.jobId, { onDelete: 'cascade' }),
    /** As in job_callbacks, for the index by which due messages are found. */
    originHash: smallint('origin_hash'),
    type: text('type', { enum: MESSAGE_TYPES }).notNull(),
    jobId: uuid('job_id'),
    host: text('host'),
    /** The facts at the time of the change. Each try sends the same facts. */
    facts: jsonb('facts').$type<Readonly<Record<string, unknown>>>().notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    state: text('state', { enum: DELIVERY_STATES }).notNull().default('waiting'),
    tries: smallint('tries').notNull().default(0),
    /**
     * When the message may be sent next. While a process sends it: when another process may send
     * it.
     */
    nextTryAt: instant('next_try_at').notNull().default(sql`clock_timestamp()`),
    giveUpAt: instant('give_up_at').notNull(),
    /** The process that sends the message. Only the latest such process may save the result. */
    lease: uuid('lease'),
  },
  (table) => [
    check('webhook_deliveries_type_known', oneOf('type', MESSAGE_TYPES)),
    check('webhook_deliveries_state_known', oneOf('state', DELIVERY_STATES)),
    check(
      'webhook_deliveries_one_receiver',
      sql`(webhook_id is null) = (callback_of is not null)
        and (callback_of is null) = (origin_hash is null)`,
    ),
    index('webhook_deliveries_due')
      .on(table.webhookId, table.nextTryAt)
      .where(sql`state = 'waiting'`),
    index('webhook_deliveries_callbacks_due')
      .on(table.originHash, table.nextTryAt)
      .concurrently()
      .where(sql`state = 'waiting' and origin_hash is not null`),
    index('webhook_deliveries_callback_of')
      .on(table.callbackOf)
      .concurrently()
      .where(sql`callback_of is not null`),
    index('webhook_deliveries_newest').on(table.at.desc(), table.id.desc()),
  ],
);

/** Each try of a delivery, with the answer. */
export const webhookTries = pgTable(
  'webhook_tries',
  {
    deliveryId: uuid('delivery_id')
      .notNull()
      .references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
    number: smallint('number').notNull(),
    at: instant('at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    /** The status of the answer; null if no answer came. */
    status: smallint('status'),
    /** The first bytes of the answer. */
    answer: text('answer'),
    /** Why no answer came, as a sentence. */
    error: text('error'),
  },
  (table) => [
    primaryKey({ name: 'webhook_tries_pkey', columns: [table.deliveryId, table.number] }),
  ],
);

/**
 * Jobs whose stop was not proven in time. With these rows a webhook is told once of the missing
 * proof and once when the stop is settled.
 */
export const unprovenStops = pgTable('unproven_stops', {
  jobId: uuid('job_id').primaryKey(),
  at: instant('at').notNull().default(sql`clock_timestamp()`),
  settledAt: instant('settled_at'),
});

/** The times when a host was silent, so that each is told once: one row for each last heartbeat. */
export const hostSilences = pgTable(
  'host_silences',
  {
    host: text('host').notNull(),
    lastHeardAt: instant('last_heard_at').notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
  },
  (table) => [primaryKey({ name: 'host_silences_pkey', columns: [table.host, table.lastHeardAt] })],
);

/**
 * A stall of the queue: jobs wait and nothing renders. One row while it lasts, so that it is told
 * once, and once that it is over.
 */
export const queueStalls = pgTable(
  'queue_stalls',
  {
    onlyRow: boolean('only_row').primaryKey().default(true),
    /** When a process last looked. */
    seenAt: instant('seen_at').notNull(),
    /** How long processes have seen the stall. A time without a look does not count. */
    seenMs: bigint('seen_ms', { mode: 'number' }).notNull().default(0),
    /** When the stall began, as its message says; null until it is told. */
    toldSince: instant('told_since'),
  },
  () => [check('queue_stalls_one_row', sql`only_row`)],
);
