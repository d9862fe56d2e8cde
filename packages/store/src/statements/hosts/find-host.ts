import { and, eq, isNull, ne, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { renderHosts } from '../../schema/index.ts';

export type HostRow = Awaited<ReturnType<typeof selectHosts>>[number];

/** Rows: reads one host, by primary key. Null if no host has the name. */
export async function findHost(db: Database, name: string): Promise<HostRow | null> {
  return (await selectHosts(db, eq(renderHosts.name, name)))[0] ?? null;
}

/**
 * Rows: reads the hosts with other names that use this host id and are not stopped. Reads all
 * hosts.
 */
export async function findHostsOfId(
  db: Database,
  hostId: string,
  exceptName: string,
): Promise<readonly HostRow[]> {
  const named = and(eq(renderHosts.hostId, hostId), ne(renderHosts.name, exceptName));
  return await selectHosts(db, and(named, isNull(renderHosts.stoppedAt)));
}

/**
 * `isWithinLease`: the last heartbeat is not older than the lease. `openAttempts`: attempts of the
 * host that owns the name, by attempts_unconfirmed, including those that hold their job and those
 * of other logins of the name.
 */
async function selectHosts(db: Database, where: SQL | undefined) {
  const rows = await db
    .select({
      host: renderHosts,
      isWithinLease: sql<boolean>`
        clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond'`,
      sinceHeardMs: sql<number>`
        (extract(epoch from clock_timestamp() - last_heard_at) * 1000)::float8`,
      openAttempts: sql<number>`(
        select count(*)::int from attempts a
        where a.host = render_hosts.name and a.confirmed_at is null and a.declared_at is null
          and (a.host_id is null or a.host_id = render_hosts.host_id)
      ) + hidden_open_attempts(render_hosts.name, render_hosts.host_id)`,
    })
    .from(renderHosts)
    .where(where);
  return rows.map(({ host, ...facts }) => ({ ...host, ...facts }));
}
