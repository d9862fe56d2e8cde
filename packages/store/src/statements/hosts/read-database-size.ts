import type { DatabaseSize } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import { API_PROGRAM, workerProgram } from '../../connection-name.ts';
import type { Database } from '../../database.ts';

const OF_API = sql`application_name like ${`${API_PROGRAM}: %`}`;
/** A name ends with what the connection is for, and its client's own number (open-pool.ts). */
const ofHosts = (purpose: string): SQL =>
  sql`application_name like ${`${workerProgram('%')}: ${purpose} ________`}`;

/**
 * Rows: reads the settings of the server, and the sessions of this database. Every role sees the
 * names of all sessions. Of those that come through a pooler, it sees what the pooler has open.
 */
export async function readDatabaseSize(db: Database): Promise<DatabaseSize> {
  const [row] = await db.execute<DatabaseSize>(sql`
    select current_setting('max_connections')::int as "maxConnections",
      current_setting('superuser_reserved_connections')::int
        + coalesce(current_setting('reserved_connections', true)::int, 0) as "reservedConnections",
      (select sum(numbackends)::int from pg_stat_database) as "openConnections",
      count(*) filter (where application_name = ${`${API_PROGRAM}: listen`})::int as apis,
      count(*) filter (where ${OF_API})::int as "apiConnections",
      count(*) filter (where ${ofHosts('statements')})::int as "directHosts",
      count(*) filter (where ${ofHosts('renders')})::int as "renderingHosts",
      pg_notification_queue_usage() as "notificationQueue"
    from pg_stat_activity where datname = current_database()`);
  if (row === undefined) throw new Error('the query for the size gave no row');
  return row;
}
