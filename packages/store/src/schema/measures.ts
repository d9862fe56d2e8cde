import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, real, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * What is measured. measured-facts.ts says how each measure of attempts is counted, and in which
 * hour; sample-farm.ts says it of the last two.
 */
export const MEASURES = [
  'waiting',
  'ended',
  'busy',
  'asked',
  'proven',
  'timeToDead',
  'timeToClean',
  'watched',
  'on',
] as const;

/**
 * Sums of facts about attempts, for each hour. They stay when the jobs are deleted. Only the API
 * adds to them, each fact once; attempts.measured says which facts were added.
 */
export const measures = pgTable(
  'measures',
  {
    name: text('name', { enum: MEASURES }).notNull(),
    /** The start of the hour, by the database's clock. */
    hour: instant('hour').notNull(),
    /** The outcome, or the host; empty if the measure has no parts. */
    part: text('part').notNull(),
    /** For a duration: the bound in ms that it did not exceed; 0 for any other measure. */
    atMostMs: bigint('at_most_ms', { mode: 'number' }).notNull(),
    count: bigint('count', { mode: 'number' }).notNull(),
    sumMs: bigint('sum_ms', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({
      name: 'measures_pkey',
      columns: [table.name, table.hour, table.part, table.atMostMs],
    }),
  ],
);

/**
 * How long renders of a template took, those of a submitter, and all renders of the farm, to
 * estimate how long the next one will take. The newest render has the weight 1/renders, at least
 * 1/50.
 */
export const renderPaces = pgTable(
  'render_paces',
  {
    /** A hash (pace_key) from which no source and no name can be read. */
    key: text('key').primaryKey(),
    renders: integer('renders').notNull(),
    /** The mean time from claim to end of finished attempts. */
    meanMs: bigint('mean_ms', { mode: 'number' }).notNull(),
    /** Mean and variance of the logarithm of that time; null in rows of older versions. */
    logMean: real('log_mean'),
    logVar: real('log_var'),
    at: instant('at').notNull(),
  },
  (table) => [
    index('render_paces_at').on(table.at),
    /* pace_number(key), which PostgreSQL replaces by this expression. */
    index('render_paces_pace').on(sql`((('x' || left(key, 16))::bit(64))::bigint)`).concurrently(),
  ],
);

/** The queue at each minute, for KEEP_SAMPLES_MS of the domain. Only the API writes them. */
export const queueSamples = pgTable('queue_samples', {
  /** The start of the minute, so each minute has one sample, whoever takes it. */
  at: instant('at').primaryKey(),
  waiting: integer('waiting').notNull(),
  /** How long the oldest waiting job had waited; null if none waited. */
  oldestMs: bigint('oldest_ms', { mode: 'number' }),
});
