CREATE INDEX "attempts_logged" ON "attempts" USING btree ("ended_at") WHERE log_deleted_at is null;
--> statement-breakpoint
-- The API may delete nothing but what these two allow, so they run with the rights of the owner.
-- Deletes ended jobs with their definitions, secrets and attempts, and gives their ids. A job stays
-- while a host may run or clean something of it, while a receipt waits for a host, while something
-- of it is not measured, while it has a log, and for an hour after any change.
CREATE FUNCTION delete_old_jobs(older_than interval, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  gone uuid[];
  settled timestamptz := clock_timestamp() - interval '1 hour';
BEGIN
  IF older_than < interval '1 day' THEN
    RAISE 'jobs are kept for a day at least' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT pg_try_advisory_xact_lock(7707) THEN RETURN; END IF;
  SELECT array_agg(id) INTO gone FROM (
    SELECT j.id FROM jobs j
    WHERE j.ended_at < clock_timestamp() - older_than
      AND j.status IN ('CANCELLED', 'COMPLETED', 'FAILED') AND j.lease_expires_at IS NULL
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(j.awaited_hosts) AS h
        WHERE h->>'reportedAt' IS NULL AND h->>'declaration' IS NULL)
      AND NOT EXISTS (SELECT FROM attempts a WHERE a.job_id = j.id AND (a.outcome IS NULL
        OR (a.confirmed_at IS NULL AND a.declared_at IS NULL) OR a.confirmed_at > settled
        OR a.parts <> '[]' OR jsonb_path_exists(a.removal_report, '$.leftovers[*]')
        OR a.measured & 2 = 0 OR (a.id = j.stop_attempt_id AND a.measured & 4 = 0)
        OR EXISTS (SELECT FROM attempt_log l WHERE l.attempt_id = a.id)))
      AND NOT EXISTS (SELECT FROM job_changes c WHERE c.job_id = j.id AND c.at > settled)
    ORDER BY j.ended_at LIMIT most FOR UPDATE OF j SKIP LOCKED) AS old;
  DELETE FROM jobs WHERE id = ANY (gone);
  DELETE FROM unproven_stops WHERE job_id = ANY (gone);
  RETURN QUERY SELECT unnest(gone);
END $$;
--> statement-breakpoint
-- Deletes chunks of logs of attempts that ended long ago, and gives how many. An attempt whose last
-- chunk is gone says since when; one that never had a log says nothing.
CREATE FUNCTION delete_old_logs(older_than interval, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  old uuid[];
  gone integer;
BEGIN
  IF older_than < interval '1 day' THEN
    RAISE 'logs are kept for a day at least' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT pg_try_advisory_xact_lock(7708) THEN RETURN 0; END IF;
  SELECT array_agg(id) INTO old FROM (
    SELECT a.id FROM attempts a
    WHERE a.ended_at < clock_timestamp() - older_than AND a.log_deleted_at IS NULL
      AND (a.confirmed_at IS NOT NULL OR a.declared_at IS NOT NULL)
      AND EXISTS (SELECT FROM attempt_log l WHERE l.attempt_id = a.id)
    ORDER BY a.ended_at LIMIT 20 FOR UPDATE SKIP LOCKED) AS logged;
  DELETE FROM attempt_log l USING (
    SELECT attempt_id, seq FROM attempt_log WHERE attempt_id = ANY (old) LIMIT most) AS chunk
  WHERE l.attempt_id = chunk.attempt_id AND l.seq = chunk.seq;
  GET DIAGNOSTICS gone = ROW_COUNT;
  UPDATE attempts a SET log_deleted_at = clock_timestamp() WHERE a.id = ANY (old)
    AND NOT EXISTS (SELECT FROM attempt_log l WHERE l.attempt_id = a.id);
  RETURN gone;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION delete_old_jobs(interval, integer) FROM PUBLIC;--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION delete_old_logs(interval, integer) FROM PUBLIC;
