import { boolean, integer, pgTable, primaryKey, real, smallint, uuid } from 'drizzle-orm/pg-core';
import { bytewiseText, instant } from './columns.ts';

/**
 * When jobs start, one row for each set of tags that waits, and one for no tags. The API writes it
 * every few seconds. It decides nothing: no claim reads it.
 */
export const queueForecasts = pgTable('queue_forecasts', {
  /** As in jobs. */
  tags: bytewiseText('tags').primaryKey(),
  madeAt: instant('made_at').notNull(),
  /** How many slots may take these jobs. */
  slots: integer('slots').notNull(),
  /** Numbers of jobs ahead, ascending. A reader interpolates between them. */
  edges: integer('edges').array().notNull(),
  /** For each edge: the forecast start and its range, in s after made_at; null if not known. */
  starts: integer('starts').array().notNull(),
  earliest: integer('earliest').array().notNull(),
  latest: integer('latest').array().notNull(),
});

/** Forecasts that are compared with the true start when it is known. */
export const forecastSamples = pgTable(
  'forecast_samples',
  {
    jobId: uuid('job_id').notNull(),
    madeAt: instant('made_at').notNull(),
    /** The forecast wait in s. */
    said: integer('said_s').notNull(),
    /** Whether jobs came in when it was made. */
    filling: boolean('filling').notNull(),
  },
  (table) => [primaryKey({ name: 'forecast_samples_pkey', columns: [table.jobId, table.madeAt] })],
);

/** The last errors of forecasts, by their bin, and the span that ranges have because of them. */
export const forecastErrors = pgTable('forecast_errors', {
  /** The bin of domain's forecast-range.ts. */
  bin: smallint('bin').primaryKey(),
  errors: real('errors').array().notNull(),
  low: real('low').notNull(),
  high: real('high').notNull(),
});
