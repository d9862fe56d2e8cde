import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** What is measured. measure-attempts.ts says how each measure is counted, and in which hour. */
const MEASURES = [
  'waiting',
  'ended',
  'busy',
  'asked',
  'proven',
  'timeToDead',
  'timeToClean',
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

/** How long renders of a template took, to estimate how long the next one will take. */
export const renderPaces = pgTable(
  'render_paces',
  {
    /** A hash of template, composition and frames, from which no source can be read. */
    key: text('key').primaryKey(),
    renders: integer('renders').notNull(),
    /**
     * The mean time from claim to end of finished attempts; later attempts have a larger weight.
     */
    meanMs: bigint('mean_ms', { mode: 'number' }).notNull(),
    at: instant('at').notNull(),
  },
  (table) => [index('render_paces_at').on(table.at)],
);
