import { pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { jobs } from './jobs.ts';

/**
 * Where the end of a job is told, for jobs whose submission asks for it. Only the role of the API
 * may read these rows, to send messages: they have the secret that signs them.
 */
export const jobCallbacks = pgTable('job_callbacks', {
  jobId: uuid('job_id')
    .primaryKey()
    .references(() => jobs.id, { onDelete: 'cascade' }),
  address: text('address').notNull(),
  secret: text('secret').notNull(),
  /** A number made from the origin of the address. Messages to one origin are sent in turn. */
  originHash: smallint('origin_hash').notNull(),
});
