-- How many hosts have a free slot now: a host that sees only its own row asks too. A lease counts
-- for its host alone: one that drains or is silent may hold many.
CREATE OR REPLACE FUNCTION hosts_with_free_slots() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*)::integer
  FROM render_hosts LEFT JOIN (
    SELECT host, count(*) AS leases FROM jobs WHERE lease_expires_at IS NOT NULL GROUP BY host
  ) held ON held.host = name
  WHERE stopped_at IS NULL AND gone_at IS NULL AND trouble IS NULL AND NOT draining
    AND clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond'
    AND slots > coalesce(leases, 0)
$$;
