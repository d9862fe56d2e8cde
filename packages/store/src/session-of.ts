import { PostgresJsSession } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { Database } from './connect.ts';

type Session = {
  readonly client: Pick<postgres.Sql, 'unsafe'>;
  readonly logger: { logQuery(text: string, values: unknown[]): void };
};

/** The session of a database or of a transaction. */
export function sessionOf(db: Database): Session {
  const { session } = db._;
  if (session instanceof PostgresJsSession) return session;
  throw new Error('the database is not one of postgres.js');
}
