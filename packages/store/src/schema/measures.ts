import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/** What is measured; measure-attempts.ts says how each is counted, and by which hour. */
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
 * Sums per hour of what attempts were. They stay when the jobs are deleted. Only the API adds to
 * them, each fact once: attempts.measured says which.
 */
export const measures = pgTable(
  'measures',
  {
    name: text('name', { enum: MEASURES }).notNull(),
    /** Start of the hour, of the database's clock. */
    hour: instant('hour').notNull(),
    /** The outcome, or the host; empty where the measure has no parts. */
    part: text('part').notNull(),
    /** Of a time: the bound in ms that it did not exceed; 0 where it is no time. */
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

/** How long renders of a template took, so that the next one can say how long it will take. */
export const renderPaces = pgTable(
  'render_paces',
  {
    /** A hash of template, composition and frames: no source can be read from it. */
    key: text('key').primaryKey(),
    renders: integer('renders').notNull(),
    /** Mean from claim to end of the finished attempts; later ones weigh more. */
    meanMs: bigint('mean_ms', { mode: 'number' }).notNull(),
    at: instant('at').notNull(),
  },
  (table) => [index('render_paces_at').on(table.at)],
);
