import { COUNTED_FOR, LEASE_WATCHERS } from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';

/**
 * Whether the daemon of a row `host` of render_hosts watches the leases of all hosts, as SQL. It is
 * the rule watchesLeases of domain. It stops at the first rows that are enough.
 */
export const WATCHES_LEASES: SQL = sql`(host.host_login is null and ${LEASE_WATCHERS} > (
  select count(*) from (
    select from render_hosts other
    where other.worker_id < host.worker_id and other.stopped_at is null
      and other.host_login is null and other.last_heard_at <= clock_timestamp()
      and clock_timestamp() - other.last_heard_at
        <= other.lease_ms * ${COUNTED_FOR}::float8 * interval '1 millisecond'
    limit ${LEASE_WATCHERS}) before))`;
