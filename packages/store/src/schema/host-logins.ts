import { pgTable, text } from 'drizzle-orm/pg-core';

/**
 * Which login of the database may use the name of a host. Only the owner of the tables writes it,
 * by bind_host_login. A login may have several names, a name has one login.
 */
export const hostLogins = pgTable('host_logins', {
  host: text('host').primaryKey(),
  login: text('login').notNull(),
});
