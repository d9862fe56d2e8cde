import type { HostLogin } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

/**
 * Rows: reads the host names that are bound to the login of this connection. Reads all bindings.
 */
export async function findHostLogin(db: Database): Promise<HostLogin> {
  const [row] = await db.execute<HostLogin>(sql`
    select session_user::text as login, is_host_login() as "isOwn",
      to_json(array(
        select host from host_logins where login = session_user::text order by host)) as names`);
  if (row === undefined) throw new Error('the query for the login returned no row');
  return row;
}
