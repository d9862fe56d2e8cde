-- How often a host gave a job back because it cannot render, and when last. With the owner's rights:
-- attempts that ran with an earlier login of the host count too, and its login sees none of them.
CREATE FUNCTION host_failures(job uuid, host uuid, OUT times bigint, OUT last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*), max(ended_at) FROM attempts
  WHERE job_id = $1 AND host_id = $2 AND outcome = 'hostFailed'
$$;
