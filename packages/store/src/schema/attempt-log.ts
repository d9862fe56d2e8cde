import { LOG_STREAMS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { attempts } from './attempts.ts';
import { instant } from './columns.ts';

/** Output lines of an attempt, in chunks of about a second that the worker numbers. */
export const attemptLog = pgTable(
  'attempt_log',
  {
    attemptId: uuid('attempt_id')
      .notNull()
      .references(() => attempts.id, { onDelete: 'cascade' }),
    seq: integer('seq').notNull(),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    stream: text('stream', { enum: LOG_STREAMS }).notNull(),
    lines: jsonb('lines').$type<readonly string[]>().notNull(),
    /** Of its text in UTF-8, each line with its end: the place of a chunk is the sum before it. */
    bytes: integer('bytes').notNull().generatedAlwaysAs(sql`log_bytes(lines)`),
  },
  (table) => [primaryKey({ name: 'attempt_log_pkey', columns: [table.attemptId, table.seq] })],
);
