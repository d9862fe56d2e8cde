-- If this incarnation of the database may have lost a claim of the job, a cancel waits for each
-- host that has not told this incarnation what it runs (store's INCARNATION says what an
-- incarnation is). It does not wait for a host that signed off, because that host runs nothing, nor
-- for a host that an admin declared gone. The database sets the list, because a host's own login
-- cannot see other hosts, and because a program that restores a cancel must not leave a host out.
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

-- Everything whose end is not proven, one row for each, as in the domain's receipt: an attempt that
-- holds its job (`running`), an attempt that no longer holds its job (`open`), an awaited host that
-- has not reported (`open`, without an attempt), and any of these that counts as ended only by an
-- admin's declaration (`declared`).
CREATE OR REPLACE VIEW unproven WITH (security_invoker = true) AS
  SELECT a.job_id, a.id AS attempt_id, a.host, 'running' AS state
    FROM attempts a
    WHERE a.confirmed_at IS NULL AND a.outcome IS NULL AND a.declared_at IS NULL
  -- By attempts_unproven: among the attempts that run, these would be found slowly.
  UNION ALL SELECT a.job_id, a.id, a.host, CASE
      WHEN a.declared_at IS NOT NULL THEN 'declared'
      ELSE 'open' END
    FROM attempts a
    WHERE a.confirmed_at IS NULL AND (a.outcome IS NOT NULL OR a.declared_at IS NOT NULL)
  UNION ALL SELECT j.id, NULL, awaited.host->>'host', CASE
      WHEN awaited.host->>'declaration' IS NOT NULL THEN 'declared'
      ELSE 'open' END
    FROM jobs j CROSS JOIN jsonb_array_elements(j.awaited_hosts) AS awaited (host)
    WHERE j.awaited_hosts <> '[]' AND awaited.host->>'reportedAt' IS NULL;

-- The state of the stop of each cancelled job. `outcome` is the outcome of the domain's receipt.
-- `is_proven` is its isProvenStop: the job has ended, and nothing of it is unproven. `proven_at` is
-- the receipt's `confirmedAt`: the time of the last proof, or that of the request if no attempt was
-- asked to stop; null if the stop is not proven.
CREATE OR REPLACE VIEW stops WITH (security_invoker = true) AS
  SELECT job_id, stop_requested_at, is_open, outcome, is_proven, CASE WHEN is_proven THEN (
      SELECT max(at) FROM (
        SELECT a.confirmed_at FROM attempts a WHERE a.job_id = stop.job_id
        UNION ALL SELECT (awaited.host->>'reportedAt')::timestamptz
          FROM jsonb_array_elements(awaited_hosts) AS awaited (host)
        UNION ALL SELECT stop_requested_at WHERE NOT EXISTS (SELECT FROM attempts a
          WHERE a.job_id = stop.job_id AND a.id = stop_attempt_id)) AS proofs (at)
      ) END AS proven_at
    FROM (
      SELECT j.id AS job_id, j.stop_requested_at, j.stop_attempt_id, j.awaited_hosts,
        missing.is_open, j.status IN ('CANCELLED', 'COMPLETED') AND missing.job_id IS NULL
          AS is_proven, CASE
          WHEN j.status = 'COMPLETED' THEN 'finishedFirst'
          WHEN j.status <> 'CANCELLED' THEN 'cancelling'
          WHEN missing.is_open THEN 'unconfirmed'
          WHEN missing.is_declared THEN 'declared'
          ELSE 'cancelled' END AS outcome
        FROM jobs j LEFT JOIN (
          SELECT u.job_id, bool_or(u.state = 'open') AS is_open,
            bool_or(u.state = 'declared') AS is_declared
          FROM unproven u GROUP BY u.job_id) missing ON missing.job_id = j.id
        WHERE j.stop_requested_at IS NOT NULL) AS stop;

-- The outcome of the stop of a job, the same as domain's deriveCancelReceipt gives; null if the job
-- was not cancelled.
CREATE OR REPLACE FUNCTION stop_outcome(job jobs) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT outcome FROM public.stops WHERE job_id = $1.id
$$;

-- The hosts on which something of a job may still run: those of open attempts, awaited hosts, and
-- the host that is asked to stop.
CREATE OR REPLACE FUNCTION may_run_on(job jobs) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(DISTINCT host), '[]') FROM (
    SELECT host FROM public.unproven WHERE job_id = $1.id AND state = 'open'
    UNION ALL SELECT $1.host WHERE $1.lease_expires_at IS NOT NULL) AS hosts (host)
$$;
