-- A cancel waits for the hosts that have not told this incarnation of the database what they run,
-- where it may have lost a claim of the job (store's INCARNATION says what an incarnation is). A
-- host that signed off runs nothing, and one that an admin wrote off is not waited for. The
-- database sets it, because a host's own login sees no other host, and nobody who restores a cancel
-- may leave one out.
CREATE OR REPLACE FUNCTION await_hosts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object('host', h.name, 'hostId', h.host_id,
      'reportedAt', NULL, 'declaration', NULL) ORDER BY h.name), '[]') INTO new.awaited_hosts
  FROM (SELECT public.database_incarnation() AS key) this
    LEFT JOIN public.database_incarnations seen ON seen.incarnation = this.key,
    public.render_hosts h
  WHERE (seen.incarnation IS NULL OR seen.last_queue_seq >= new.queue_seq)
    AND h.journal_sent_to IS DISTINCT FROM concat_ws('-', this.key,
      coalesce((extract(epoch FROM seen.seen_at) * 1000)::bigint, 0))
    AND h.stopped_at IS NULL AND h.gone_at IS NULL AND h.released_at IS NULL;
  RETURN new;
END $$;

CREATE OR REPLACE TRIGGER await_hosts BEFORE UPDATE OF stop_requested_at ON jobs FOR EACH ROW
  WHEN (old.stop_requested_at IS NULL AND new.stop_requested_at IS NOT NULL)
  EXECUTE FUNCTION await_hosts();

-- What lacks a proof, a row for each thing, as the domain's receipt has it: an attempt that holds
-- its job (`running`), one that gave it up (`open`), an awaited host that has not told what it runs
-- (`open`, no attempt), and any of these for which only an admin's word stands (`declared`).
CREATE OR REPLACE VIEW unproven WITH (security_invoker = true) AS
  SELECT a.job_id, a.id AS attempt_id, a.host, CASE
      WHEN a.declared_at IS NOT NULL THEN 'declared'
      WHEN a.outcome IS NULL THEN 'running'
      ELSE 'open' END AS state
    FROM attempts a WHERE a.confirmed_at IS NULL
  UNION ALL SELECT j.id, NULL, awaited.host->>'host', CASE
      WHEN awaited.host->>'declaration' IS NOT NULL THEN 'declared'
      ELSE 'open' END
    FROM jobs j CROSS JOIN jsonb_array_elements(j.awaited_hosts) AS awaited (host)
    WHERE j.awaited_hosts <> '[]' AND awaited.host->>'reportedAt' IS NULL;

-- How the stop of each job stands that was asked to stop: `outcome` is the one of the domain's
-- receipt.
CREATE OR REPLACE VIEW stops WITH (security_invoker = true) AS
  SELECT j.id AS job_id, j.stop_requested_at, missing.is_open, CASE
      WHEN j.status = 'COMPLETED' THEN 'finishedFirst'
      WHEN j.status <> 'CANCELLED' THEN 'cancelling'
      WHEN missing.is_open THEN 'unconfirmed'
      WHEN missing.is_declared THEN 'declared'
      ELSE 'cancelled' END AS outcome
    FROM jobs j LEFT JOIN (
      SELECT u.job_id, bool_or(u.state = 'open') AS is_open,
        bool_or(u.state = 'declared') AS is_declared
      FROM unproven u GROUP BY u.job_id) missing ON missing.job_id = j.id
    WHERE j.stop_requested_at IS NOT NULL;

-- How the stop of a job stands, as the domain's deriveCancelReceipt says it; null where none was
-- asked for.
CREATE OR REPLACE FUNCTION stop_outcome(job jobs) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT outcome FROM public.stops WHERE job_id = $1.id
$$;

-- Where something of a job may still run: open attempts, awaited hosts, and who is asked to stop.
CREATE OR REPLACE FUNCTION may_run_on(job jobs) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(DISTINCT host), '[]') FROM (
    SELECT host FROM public.unproven WHERE job_id = $1.id AND state = 'open'
    UNION ALL SELECT $1.host WHERE $1.lease_expires_at IS NOT NULL) AS hosts (host)
$$;
