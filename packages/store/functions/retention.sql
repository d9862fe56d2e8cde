-- The API may delete only what these two functions allow, so they run with the rights of the owner.
-- This one deletes ended jobs with their definitions, secrets and attempts, and gives their ids. A
-- job stays while a host may run or clean something of it, while a receipt waits for a host, while
-- something of it is not measured, while it has a log, and for an hour after any change.
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
      AND public.is_final(j.status) AND j.lease_expires_at IS NULL
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

-- Deletes chunks of logs of attempts that ended long ago, and gives the number of chunks. When the
-- last chunk of an attempt is deleted, the attempt gets the time of the deletion. An attempt that
-- never had a log gets none.
CREATE OR REPLACE FUNCTION delete_old_logs(older_than interval, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  old uuid[];
  gone integer;
BEGIN
  IF older_than < interval '1 day' THEN
    RAISE 'logs are kept for a day at least' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT public.try_work_lock('oldLogs') THEN RETURN 0; END IF;
  SELECT array_agg(id) INTO old FROM (
    SELECT a.id FROM public.attempts a
    WHERE a.ended_at < clock_timestamp() - older_than AND a.log_deleted_at IS NULL
      AND (a.confirmed_at IS NOT NULL OR a.declared_at IS NOT NULL)
      AND EXISTS (SELECT FROM public.attempt_log l WHERE l.attempt_id = a.id)
    ORDER BY a.ended_at LIMIT 20 FOR UPDATE SKIP LOCKED) AS logged;
  DELETE FROM public.attempt_log l USING (
    SELECT attempt_id, seq FROM public.attempt_log WHERE attempt_id = ANY (old) LIMIT most) AS chunk
  WHERE l.attempt_id = chunk.attempt_id AND l.seq = chunk.seq;
  GET DIAGNOSTICS gone = ROW_COUNT;
  UPDATE public.attempts a SET log_deleted_at = clock_timestamp() WHERE a.id = ANY (old)
    AND NOT EXISTS (SELECT FROM public.attempt_log l WHERE l.attempt_id = a.id);
  RETURN gone;
END $$;
