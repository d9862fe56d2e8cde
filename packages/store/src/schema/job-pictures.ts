import { MOMENTS, PICTURE, REPORTED_NO_PICTURE } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { attempts } from './attempts.ts';
import { instant, oneOf } from './columns.ts';

const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/**
 * Small copies of frames that an attempt rendered, as WebP. An attempt has a fixed number of places
 * (pictureSlot of the domain), so no host can store more. Place 0 has no picture: it says why there
 * is none.
 */
export const jobPictures = pgTable(
  'job_pictures',
  {
    attemptId: uuid('attempt_id')
      .notNull()
      .references(() => attempts.id, { onDelete: 'cascade' }),
    slot: smallint('slot').notNull(),
    /** Pictures of an attempt are numbered from 1. A number always means the same picture. */
    number: integer('number').notNull(),
    /** The number of the frame; null if it is not known. */
    frame: integer('frame'),
    /** Set for a picture of a finished film. */
    moment: text('moment', { enum: MOMENTS }),
    at: instant('at').notNull().default(sql`clock_timestamp()`),
    width: smallint('width').notNull().default(0),
    height: smallint('height').notNull().default(0),
    picture: bytes('picture'),
    /** The copy for a row of a list. */
    small: bytes('small'),
    why: text('why', { enum: REPORTED_NO_PICTURE }),
  },
  (table) => [
    primaryKey({ name: 'job_pictures_pkey', columns: [table.attemptId, table.slot] }),
    check('job_pictures_slots', sql.raw(`slot between 0 and ${PICTURE.newest + 1}`)),
    check(
      'job_pictures_whole',
      sql`(slot = 0) = (picture is null) and (slot = 0) = (small is null)
        and (slot = 0) = (why is not null)`,
    ),
    check(
      'job_pictures_small',
      sql.raw(
        `coalesce(octet_length(picture), 0) <= ${PICTURE.mostBytes} ` +
          `and coalesce(octet_length(small), 0) <= ${PICTURE.mostSmallBytes} ` +
          `and width between 0 and ${PICTURE.mostWidth} ` +
          `and height between 0 and ${PICTURE.mostHeight}`,
      ),
    ),
    check('job_pictures_moment_known', oneOf('moment', MOMENTS)),
    check('job_pictures_why_known', oneOf('why', REPORTED_NO_PICTURE)),
  ],
);
