import { sql } from 'drizzle-orm';
import type { Queries } from './database.ts';

const OLDEST_VERSION = 15;

/** What to do about a server or a database that cannot be used; null if it can be used. */
export async function serverProblem(db: Queries): Promise<string | null> {
  const [row] = await db.execute<{ version: string; encoding: string }>(sql`
    select current_setting('server_version') as version,
      current_setting('server_encoding') as encoding`);
  return row === undefined ? null : (explainVersion(row.version) ?? explainEncoding(row.encoding));
}

/** What to do about a server of this version; null if it is new enough. */
export function explainVersion(version: string): string | null {
  return Number.parseInt(version, 10) < OLDEST_VERSION
    ? `The database is PostgreSQL ${version}; ` +
        `Renderdeck needs ${OLDEST_VERSION} or newer. Use a newer server.`
    : null;
}

/** What to do about a database of this encoding; null if the encoding can hold every text. */
export function explainEncoding(encoding: string): string | null {
  return encoding === 'UTF8'
    ? null
    : `The database has the encoding ${encoding}, which does not hold every name. Make one with ` +
        'createdb --encoding=UTF8 --template=template0, and let DATABASE_URL lead to it.';
}

/** What to do about a standby; null if the database accepts changes. */
export async function standbyProblem(db: Queries): Promise<string | null> {
  const [row] = await db.execute<{ standby: boolean }>(sql`select pg_is_in_recovery() as standby`);
  return row?.standby
    ? 'The database is a standby, which takes no changes; ' +
        'promote it, or let DATABASE_URL lead to the primary.'
    : null;
}
