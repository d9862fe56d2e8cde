DROP INDEX "attempts_open";--> statement-breakpoint
-- What lacks a proof, a row for each thing, as the domain's receipt has it: an attempt that holds
-- its job (`running`), one that gave it up (`open`), an awaited host that has not told what it runs
-- (`open`, no attempt), and any of these for which only an admin's word stands (`declared`).
CREATE VIEW unproven WITH (security_invoker = true) AS
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
--> statement-breakpoint
-- How the stop of each job stands that was asked to stop: `outcome` is the one of the domain's
-- receipt.
CREATE VIEW stops WITH (security_invoker = true) AS
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION stop_outcome(job jobs) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT outcome FROM public.stops WHERE job_id = $1.id
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION may_run_on(job jobs) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(DISTINCT host), '[]') FROM (
    SELECT host FROM public.unproven WHERE job_id = $1.id AND state = 'open'
    UNION ALL SELECT $1.host WHERE $1.lease_expires_at IS NOT NULL) AS hosts (host)
$$;
--> statement-breakpoint
-- Jobs of which something may still run are kept.
CREATE OR REPLACE FUNCTION delete_old_jobs(older_than interval, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone uuid[];
  settled timestamptz := clock_timestamp() - interval '1 hour';
BEGIN
  IF older_than < interval '1 day' THEN
    RAISE 'jobs are kept for a day at least' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT public.try_work_lock('oldJobs') THEN RETURN; END IF;
  SELECT array_agg(id) INTO gone FROM (
    SELECT j.id FROM public.jobs j
    WHERE j.ended_at < clock_timestamp() - older_than
      AND j.status IN ('CANCELLED', 'COMPLETED', 'FAILED') AND j.lease_expires_at IS NULL
      AND NOT EXISTS (SELECT FROM public.unproven u
        WHERE u.job_id = j.id AND u.state IN ('running', 'open'))
      AND NOT EXISTS (SELECT FROM public.attempts a WHERE a.job_id = j.id AND (a.outcome IS NULL
        OR a.confirmed_at > settled
        OR a.parts <> '[]' OR jsonb_path_exists(a.removal_report, '$.leftovers[*]')
        OR a.measured & 2 = 0 OR (a.id = j.stop_attempt_id AND a.measured & 4 = 0)
        OR EXISTS (SELECT FROM public.attempt_log l WHERE l.attempt_id = a.id)))
      AND NOT EXISTS (SELECT FROM public.job_changes c WHERE c.job_id = j.id AND c.at > settled)
    ORDER BY j.ended_at LIMIT most FOR UPDATE OF j SKIP LOCKED) AS old;
  DELETE FROM public.jobs WHERE id = ANY (gone);
  DELETE FROM public.unproven_stops WHERE job_id = ANY (gone);
  RETURN QUERY SELECT unnest(gone);
END $$;
