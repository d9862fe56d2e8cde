-- Whoever holds a job adds to its attempts only as a claim or a restored attempt does, and leaves a
-- cancel and its awaited hosts alone (docs/decisions/0078-guards-of-a-held-job.md).
CREATE OR REPLACE FUNCTION guard_host_job() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changed text[];
  holds boolean := old.lease_expires_at IS NOT NULL
    AND old.host_login IS NOT DISTINCT FROM session_user::text;
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_guarded() THEN
    IF new.attempt_id IS DISTINCT FROM old.attempt_id THEN new.host_login := NULL; END IF;
    RETURN new;
  END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  -- Every later claim adds one to these: none may be so large that it fails.
  IF new.attempts NOT BETWEEN old.attempts AND greatest(old.attempts, 999) + 1
      OR new.attempts > 9999 AND new.status = 'QUEUED' AND changed && '{status,attempts}'
      OR new.max_attempts NOT BETWEEN old.max_attempts AND old.max_attempts + 1000
      OR new.max_attempts > 9999 AND changed && '{max_attempts}'
      OR new.lease_renewals NOT BETWEEN old.lease_renewals AND old.lease_renewals + 1
    THEN PERFORM public.refuse_host_login('count a job so'); END IF;
  IF (new.lease_expires_at IS NOT NULL) <> (new.status IN ('RENDERING', 'CANCELLING'))
    THEN PERFORM public.refuse_host_login('change a status without its lease'); END IF;
  IF new.version = old.version THEN -- a renewal
    IF NOT holds OR new.lease_expires_at IS NULL
        OR NOT changed <@ '{lease_expires_at,lease_ms,lease_renewals}'
      THEN PERFORM public.refuse_host_login('change a job without a new version'); END IF;
    RETURN new;
  END IF;
  IF new.version <> old.version + 1
      OR changed && '{id,name,priority,tags,queue_seq,submitted_by,created_at,host_login}'
    THEN PERFORM public.refuse_host_login('change what was submitted'); END IF;
  -- Whom a cancel waits for is await_hosts' to say; nobody takes a cancel back.
  IF changed && '{awaited_hosts}'
      AND (old.stop_requested_at IS NOT NULL OR new.stop_requested_at IS NULL)
    THEN PERFORM public.refuse_host_login('change the hosts that a cancel waits for'); END IF;
  IF old.stop_requested_at IS NOT NULL AND (
      changed && '{stop_requested_at,stop_requested_by,stop_channel,stop_reason,stop_attempt_id}'
      OR changed && '{status}' AND new.status NOT IN ('CANCELLED', 'COMPLETED'))
    THEN PERFORM public.refuse_host_login('take back a cancel'); END IF;
  IF old.status = 'QUEUED' AND new.status = 'RENDERING' THEN
    IF changed && '{max_attempts,output,stop_requested_at,stop_attempt_id}'
        OR new.attempts <> old.attempts + 1 OR NOT changed @> '{attempt_id}'
        OR new.lease_expires_at IS NULL OR NOT public.owns_host_name(new.host)
        OR new.tags <> '' AND NOT EXISTS (SELECT FROM public.render_hosts h
          WHERE h.name = new.host AND string_to_array(new.tags, ',') <@ h.tags)
      THEN PERFORM public.refuse_host_login('claim a job so'); END IF;
    new.host_login := session_user::text;
    RETURN new;
  END IF;
  IF changed && '{attempt_id,host}'
    THEN PERFORM public.refuse_host_login('give a job to an attempt'); END IF;
  IF holds AND NOT changed && '{attempts}' THEN RETURN new; END IF;
  IF (old.status = 'QUEUED' OR public.had_attempt_of(old.id)
        OR public.awaits_me(old.awaited_hosts)) AND new.status = old.status
      AND changed <@ '{version,attempts,max_attempts}' AND new.attempts >= old.attempts
      AND new.max_attempts - old.max_attempts = new.attempts - old.attempts
    THEN RETURN new; END IF; -- an attempt is restored; check_host_job looks for it
  IF changed && '{attempts}' THEN PERFORM public.refuse_host_login('count a job so'); END IF;
  IF NOT public.had_attempt_of(old.id)
    THEN PERFORM public.refuse_host_login('change a job that it never held'); END IF;
  IF changed <@ '{version,warnings,output}' AND new.warnings @> old.warnings
    THEN RETURN new; END IF;
  IF ((old.status = 'QUEUED' AND new.status IN ('CANCELLED', 'COMPLETED'))
      OR (old.status = 'RENDERING' AND new.status IN ('CANCELLING', 'COMPLETED')))
      AND NOT changed && '{lease_ms,lease_renewals,max_attempts}'
      AND (new.lease_expires_at IS NULL OR NOT changed @> '{lease_expires_at}')
      AND EXISTS (SELECT FROM public.attempts
        WHERE job_id = old.id AND host_login = session_user::text AND confirmed_at IS NULL
          AND (old.status = 'QUEUED' OR NOT restored))
    THEN RETURN new; END IF;
  PERFORM public.refuse_host_login('change a job that another host holds');
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard_new_host_attempt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE job public.jobs;
BEGIN
  IF TG_RELID <> 'public.attempts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  new.restored := false;
  new.measured := 0;
  new.expected_end_at := NULL;
  new.host_login := session_user::text;
  PERFORM public.refuse_malformed(to_jsonb(new), public.changed_columns('{}', to_jsonb(new)));
  SELECT * INTO job FROM public.jobs WHERE id = new.job_id;
  IF NOT public.owns_host_name(new.host) OR new.confirmed_at IS NOT NULL
      OR new.declared_at IS NOT NULL OR new.output <> 'none'
    THEN PERFORM public.refuse_host_login('add such an attempt'); END IF;
  IF job.lease_expires_at IS NOT NULL AND job.host_login = new.host_login
      AND job.attempt_id = new.id AND job.attempts = new.number AND new.outcome IS NULL
    THEN RETURN new; END IF;
  -- A number above those of the job would be in the way of its next claim.
  IF new.outcome IS DISTINCT FROM 'lost' OR job.id IS NULL
      OR new.number NOT BETWEEN 1 AND job.attempts
      OR NOT (job.status = 'QUEUED' OR public.had_attempt_of(job.id)
        OR public.awaits_me(job.awaited_hosts))
    THEN PERFORM public.refuse_host_login('add an attempt to this job'); END IF;
  new.restored := true;
  RETURN new;
END $$;
--> statement-breakpoint
-- The series of a life begins when an API opens the life, so a host in an open transaction never
-- holds the lock of it. Rows that a restore brings are of other lives.
CREATE FUNCTION begin_series_of_life() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.database_incarnations'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF new.incarnation = public.database_life() THEN
    PERFORM public.begin_receipt_series(new.incarnation);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER begin_series_of_life AFTER INSERT ON database_incarnations
  FOR EACH ROW EXECUTE FUNCTION begin_series_of_life();
--> statement-breakpoint
-- This life may be open already, and have given no receipt.
SELECT begin_receipt_series(database_life());
--> statement-breakpoint
CREATE OR REPLACE FUNCTION number_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  life text := public.database_life();
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT EXISTS (SELECT FROM public.receipt_series
      WHERE incarnation = life AND over_at IS NULL) THEN
    IF public.is_host_login() THEN
      PERFORM public.refuse_host_login('stop a job before an API knows this life of the database');
    END IF;
    PERFORM public.begin_receipt_series(life);
  END IF;
  INSERT INTO public.receipts (job_id) VALUES (new.id) ON CONFLICT (job_id) DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- By the name, which is bound to the login: a host writes its host_id itself.
CREATE OR REPLACE FUNCTION host_failures(job uuid, host uuid, OUT times bigint,
  OUT last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*), max(ended_at) FROM public.attempts
  WHERE job_id = $1 AND host_id = $2 AND outcome = 'hostFailed'
    AND (NOT public.is_host_login() OR public.owns_host_name(host))
$$;
