import { NOT_MEASURED_REASONS, OUTPUT_FACTS, OUTPUT_KINDS } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { attempts } from './attempts.ts';
import { instant, oneOf } from './columns.ts';

/** What an attempt has published, and what its host measured. A module that sends has no row. */
export const jobOutputs = pgTable(
  'job_outputs',
  {
    attemptId: uuid('attempt_id')
      .notNull()
      .references(() => attempts.id, { onDelete: 'cascade' }),
    /** The outputs of an attempt are numbered from 1, in the order in which they came out. */
    number: smallint('number').notNull(),
    /** The final path, as the host writes it. */
    path: text('path').notNull(),
    /** When the output had its final name. */
    publishedAt: instant('published_at').notNull(),
    kind: text('kind', { enum: OUTPUT_KINDS }).notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    files: integer('files').notNull(),
    sha256: text('sha256'),
    seconds: doublePrecision('seconds'),
    codec: text('codec'),
    width: integer('width'),
    height: integer('height'),
    frames: integer('frames'),
    why: text('why', { enum: NOT_MEASURED_REASONS }),
  },
  (table) => [
    primaryKey({ name: 'job_outputs_pkey', columns: [table.attemptId, table.number] }),
    check('job_outputs_numbers', sql.raw(`number between 1 and ${OUTPUT_FACTS.most}`)),
    check(
      'job_outputs_short',
      sql.raw(
        `length(path) <= ${OUTPUT_FACTS.longestPath} and length(codec) <= ` +
          `${OUTPUT_FACTS.longestCodec} and sha256 ~ '^[0-9a-f]{64}$'`,
      ),
    ),
    check(
      'job_outputs_positive',
      sql`bytes >= 0 and files >= 0 and seconds >= 0 and width >= 0 and height >= 0
        and frames >= 0`,
    ),
    check('job_outputs_kind_known', oneOf('kind', OUTPUT_KINDS)),
    check('job_outputs_why_known', oneOf('why', NOT_MEASURED_REASONS)),
    /** The outputs with this path. A path may be longer than a b-tree allows. */
    index('job_outputs_path').using('hash', table.path).concurrently(),
  ],
);
