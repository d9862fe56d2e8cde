-- The schema of 0044_host_shapes, the last before the first release, as pg_dump 15 wrote it.

SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET row_security = off;

CREATE SCHEMA drizzle;

CREATE FUNCTION public.adopt_host_attempts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE me text := session_user;
BEGIN
  IF TG_RELID <> 'public.render_hosts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_host_login() OR (TG_OP = 'UPDATE' AND new.worker_id = old.worker_id)
    THEN RETURN NULL; END IF;
  UPDATE public.attempts SET host_login = me
    WHERE host = new.name AND confirmed_at IS NULL AND host_login IS NULL;
  UPDATE public.jobs SET host_login = me
    WHERE lease_expires_at IS NOT NULL AND host = new.name AND host_login IS NULL;
  IF TG_OP = 'UPDATE' THEN
    UPDATE public.attempts SET host_last_heard_at = greatest(host_last_heard_at, old.last_heard_at)
    WHERE host = new.name AND confirmed_at IS NULL AND host_login IS DISTINCT FROM me
      AND host_id = old.host_id AND host_identity->>'bootId' = old.boot_id;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.audit_log_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: no line is ever changed or deleted', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION public.await_hosts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object('host', h.name, 'hostId', h.host_id,
      'reportedAt', NULL, 'declaration', NULL) ORDER BY h.name), '[]') INTO new.awaited_hosts
  FROM (SELECT public.database_life() AS key) this
    LEFT JOIN public.database_incarnations seen ON seen.incarnation = this.key,
    public.render_hosts h
  WHERE (seen.incarnation IS NULL OR seen.last_queue_seq >= new.queue_seq)
    AND h.journal_sent_to IS DISTINCT FROM concat_ws('-', this.key,
      coalesce((extract(epoch FROM seen.seen_at) * 1000)::bigint, 0))
    AND h.stopped_at IS NULL AND h.gone_at IS NULL AND h.released_at IS NULL;
  RETURN new;
END $$;

CREATE FUNCTION public.awaits_me(awaited_hosts jsonb) RETURNS boolean
    LANGUAGE sql STABLE COST 1000
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT $1 <> '[]' AND EXISTS (
    SELECT FROM pg_catalog.jsonb_array_elements($1) AS host
    WHERE host->>'reportedAt' IS NULL AND public.owns_host_name(host->>'host'))
$_$;

CREATE FUNCTION public.begin_receipt_series(life text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  past bigint;
BEGIN
  PERFORM public.take_work_lock('receiptSeries');
  IF EXISTS (SELECT FROM public.receipt_series WHERE incarnation = life AND over_at IS NULL)
    THEN RETURN; END IF;
  SELECT greatest(
      (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM public.receipts_number_seq),
      (SELECT max(number) FROM public.receipts), max(after)) + 1000000
    + greatest(0, extract(epoch FROM clock_timestamp() - max(begun_at))::bigint)
    INTO past FROM public.receipt_series;
  PERFORM setval('public.receipts_number_seq', past);
  INSERT INTO public.receipt_series (incarnation, after) VALUES (life, past);
END $$;

CREATE FUNCTION public.begin_series_of_life() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_RELID <> 'public.database_incarnations'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF new.incarnation = public.database_life() THEN
    PERFORM public.begin_receipt_series(new.incarnation);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.bind_host_login(host text, login text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
BEGIN
  PERFORM public.restrict_host_logins();
  IF to_regrole(quote_ident($2)) IS NULL
      OR NOT pg_has_role($2::name, 'renderdeck_host', 'MEMBER') THEN
    RAISE 'the role % is missing or not a member of renderdeck_host', $2;
  END IF;
  INSERT INTO public.host_logins AS bound VALUES ($1, $2)
    ON CONFLICT ON CONSTRAINT host_logins_pkey DO UPDATE SET login = excluded.login;
  UPDATE public.attempts SET host_login = $2 WHERE attempts.host = $1 AND host_login IS NULL;
END $_$;

CREATE FUNCTION public.changed_columns(before jsonb, after jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT coalesce(array_agg(key), '{}') FROM pg_catalog.jsonb_each($2)
  WHERE value IS DISTINCT FROM $1 -> key AND key <> 'queue_key' -- computed after the trigger
$_$;

CREATE FUNCTION public.check_host_job() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE me text := session_user;
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_host_login() THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT FROM public.job_changes WHERE job_id = new.id AND version = new.version)
    THEN PERFORM public.refuse_host_login('change a job without a line of its history'); END IF;
  IF NOT EXISTS (SELECT FROM public.attempts WHERE job_id = new.id AND host_login = me
      AND (id = new.attempt_id OR new.attempt_id IS NOT DISTINCT FROM old.attempt_id))
    THEN PERFORM public.refuse_host_login('claim a job without an attempt'); END IF;
  IF old.lease_expires_at IS NOT NULL AND new.lease_expires_at IS NULL
      AND old.host_login IS DISTINCT FROM me THEN
    UPDATE public.attempts SET outcome = 'lost', ended_at = clock_timestamp()
    WHERE id = old.attempt_id AND outcome IS NULL;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION public.claimable_tags(offered text[]) RETURNS TABLE(tags text, head bigint)
    LANGUAGE plpgsql STABLE ROWS 5
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
DECLARE
  probe text := '';
  wanted text[];
  foreign_at integer;
  next_tag text;
BEGIN
  LOOP
    SELECT j.tags, j.queue_key INTO tags, head FROM jobs j
    WHERE j.queue_key IS NOT NULL AND j.tags >= probe ORDER BY j.tags, j.queue_key LIMIT 1;
    IF tags IS NULL THEN RETURN; END IF;
    wanted := string_to_array(tags, ',');
    foreign_at := (SELECT min(n) FROM unnest(wanted) WITH ORDINALITY AS w (tag, n)
      WHERE tag <> ALL (offered));
    IF foreign_at IS NULL THEN
      RETURN NEXT;
      probe := tags || E'\x01';
      CONTINUE;
    END IF;
    LOOP
      IF foreign_at = 0 THEN RETURN; END IF;
      next_tag := (SELECT min(tag COLLATE "C") FROM unnest(offered) AS o (tag)
        WHERE tag COLLATE "C" > wanted[foreign_at] COLLATE "C");
      EXIT WHEN next_tag IS NOT NULL;
      foreign_at := foreign_at - 1;
    END LOOP;
    probe := array_to_string(wanted[:foreign_at - 1] || next_tag, ',');
  END LOOP;
END $$;

CREATE FUNCTION public.copy_order(source uuid, copy uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO public.job_definitions (job_id, nexrender_job, limits, hidden, rerun_of)
    SELECT copy, nexrender_job, limits, hidden, job_id FROM public.job_definitions
    WHERE job_id = source AND secrets_deleted_at IS NULL;
  IF NOT FOUND THEN RAISE 'the order of job % cannot be copied', source; END IF;
  INSERT INTO public.job_secrets (job_id, secrets)
    SELECT copy, secrets FROM public.job_secrets WHERE job_id = source;
END $$;

CREATE FUNCTION public.database_life() RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT concat_ws('-', control.system_identifier,
    ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0'), life_of.oid,
    to_regclass('public.job_changes')::oid)
  FROM pg_control_system() control, pg_database life_of
  WHERE life_of.datname = current_database()
$$;

CREATE FUNCTION public.delete_old_jobs(older_than interval, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
END $_$;

CREATE FUNCTION public.delete_old_logs(older_than interval, most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.end_receipt_series() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_RELID <> 'public.database_incarnations'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  UPDATE public.receipt_series SET over_at = clock_timestamp() WHERE over_at IS NULL;
  RETURN NULL;
END $$;

CREATE FUNCTION public.find_parts(wanted text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $_$
  SELECT string_agg(
      '''' || replace(replace(substr(t, i, 3), '\', '\\'), '''', '''''') || ''''
        || CASE WHEN length(t) < 3 THEN ':*' ELSE '' END, ' & ')::tsquery
  FROM lower($1) t, generate_series(1, greatest(length(t) - 2, 1)) i
$_$;

CREATE FUNCTION public.guard_host_attempt() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE changed text[];
BEGIN
  IF TG_RELID <> 'public.attempts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  IF changed && '{id,job_id,number,host,host_id,host_identity,host_login,restored,worker_id,cookie,
        created_at,declared_at,declared_by,declared_reason,log_deleted_at,measured,
        expected_end_at}'
    THEN PERFORM public.refuse_host_login('change whose attempt it is'); END IF;
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  RETURN new;
END $$;

CREATE FUNCTION public.guard_host_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  job public.jobs;
  written xid;
  before text;
  place bigint;
  leaves bigint;
  enters bigint;
BEGIN
  IF TG_RELID <> 'public.job_changes'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_host_login() THEN RETURN new; END IF;
  SELECT * INTO job FROM public.jobs WHERE id = new.job_id;
  SELECT xmin INTO written FROM public.jobs WHERE id = new.job_id;
  SELECT status_after INTO before FROM public.job_changes
    WHERE job_id = new.job_id AND version < new.version ORDER BY version DESC LIMIT 1;
  place := ((100 - job.priority)::bigint << 48) | job.queue_seq;
  leaves := CASE WHEN new.status_before = 'QUEUED' AND new.status_after <> 'QUEUED' THEN place END;
  enters := CASE WHEN new.status_before <> 'QUEUED' AND new.status_after = 'QUEUED' THEN place END;
  new.xid := pg_current_xact_id();
  new.at := clock_timestamp();
  IF written IS DISTINCT FROM new.xid::xid
      OR (new.version, new.status_after) IS DISTINCT FROM (job.version, job.status)
      OR new.status_before IS DISTINCT FROM coalesce(before, new.status_before)
      OR new.q_from IS DISTINCT FROM leaves OR new.q_to IS DISTINCT FROM enters
      OR EXISTS (SELECT FROM public.job_changes WHERE job_id = new.job_id AND version = new.version)
      OR NOT (public.owns_host_name(new.actor) OR EXISTS (SELECT FROM public.attempts
        WHERE job_id = new.job_id AND host = new.actor AND host_login = session_user::text))
    THEN PERFORM public.refuse_host_login('write such a line of history'); END IF;
  -- By its id and its transaction others find a line: neither is the login's to say.
  new.id := nextval(pg_get_serial_sequence('public.job_changes', 'id'));
  RETURN new;
END $$;

CREATE FUNCTION public.guard_host_job() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.guard_host_log() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_RELID <> 'public.attempt_log'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF public.is_guarded() THEN
    PERFORM public.refuse_malformed(to_jsonb(new), '{at,stream,lines}');
  END IF;
  RETURN new;
END $$;

CREATE FUNCTION public.guard_host_row() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_RELID <> 'public.render_hosts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF public.is_guarded() THEN
    new.host_login := session_user::text;
    PERFORM public.refuse_malformed(to_jsonb(new), public.changed_columns(
      CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(old) ELSE '{}' END, to_jsonb(new)));
  ELSIF TG_OP = 'INSERT' OR new.worker_id <> old.worker_id THEN new.host_login := NULL;
  END IF;
  RETURN new;
END $$;

CREATE FUNCTION public.guard_new_host_attempt() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.had_attempt_of(job uuid) RETURNS boolean
    LANGUAGE sql STABLE COST 1000
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT EXISTS (
    SELECT FROM public.attempts WHERE job_id = $1 AND host_login = session_user::text)
$_$;

CREATE FUNCTION public.has_shape(value jsonb, shape jsonb) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE kind text := shape #>> '{}';
BEGIN
  IF jsonb_typeof(shape) = 'object' THEN
    IF shape ? '?' THEN
      RETURN value IS NULL OR jsonb_typeof(value) = 'null'
        OR public.has_shape(value, shape -> '?');
    END IF;
    RETURN jsonb_typeof(value) IS NOT DISTINCT FROM 'object' AND NOT EXISTS (
      SELECT FROM jsonb_each(shape) AS s (key, wanted)
      WHERE NOT public.has_shape(value -> s.key, s.wanted));
  END IF;
  IF jsonb_typeof(shape) = 'array' THEN
    IF jsonb_typeof(value) IS DISTINCT FROM 'array' THEN RETURN false; END IF;
    RETURN NOT EXISTS (
      SELECT FROM jsonb_array_elements(value) AS e (item)
      WHERE NOT public.has_shape(e.item, shape -> 0));
  END IF;
  IF value IS NULL OR jsonb_typeof(value) = 'null' THEN RETURN kind LIKE '%?'; END IF;
  kind := rtrim(kind, '?');
  IF kind IN ('string', 'boolean') THEN RETURN jsonb_typeof(value) = kind; END IF;
  IF kind IN ('integer', 'number') THEN
    IF jsonb_typeof(value) <> 'number' THEN RETURN false; END IF;
    RETURN abs(value::numeric) < 9e15 AND (kind = 'number' OR value::numeric % 1 = 0);
  END IF;
  IF jsonb_typeof(value) <> 'string' THEN RETURN false; END IF;
  IF kind <> 'time' THEN RETURN value #>> '{}' = ANY (string_to_array(kind, '|')); END IF;
  IF value #>> '{}' !~ '^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d+)?Z$' THEN RETURN false; END IF;
  PERFORM (value #>> '{}')::timestamptz;
  RETURN true;
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN RETURN false;
END $_$;

CREATE FUNCTION public.hidden_open_attempts(name text, owner uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT count(*)::int FROM public.attempts a
  WHERE public.is_host_login() AND public.owns_host_name($1) AND a.host = $1
    AND a.host_login IS DISTINCT FROM session_user::text
    AND a.confirmed_at IS NULL AND a.declared_at IS NULL AND (a.host_id IS NULL OR a.host_id = $2)
$_$;

CREATE FUNCTION public.holds_job(job uuid) RETURNS boolean
    LANGUAGE sql STABLE COST 1000
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1
    AND lease_expires_at IS NOT NULL AND host_login = session_user::text)
$_$;

CREATE FUNCTION public.host_failures(job uuid, host uuid, OUT times bigint, OUT last_at timestamp with time zone) RETURNS record
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT count(*), max(ended_at) FROM public.attempts
  WHERE job_id = $1 AND host_id = $2 AND outcome = 'hostFailed'
    AND (NOT public.is_host_login() OR public.owns_host_name(host))
$_$;

CREATE FUNCTION public.host_shapes() RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$ SELECT '{"stop_report":{"processes":[{"pid":"integer","name":"string","parentPid":"integer","startedAt":"time?","endedBy":"itself|SIGTERM|SIGKILL?","endedAt":"time?"}],"proof":"noProcess|kernel|forkFree|repeated|rebooted?","survivors":[{"pid":"integer","name":"string","state":"string"}],"timeToDeadMs":"number?","firstSignalAt":"time?","endedAt":"time?","deadAt":"time?","rounds":"integer?"},"removal_report":{"files":"integer","bytes":"integer","leftovers":[{"path":"string","error":"string"}],"timeToCleanMs":"number","goneAt":"time?"},"tree":{"attemptId":"string","treeMarker":"string","bootId":"string","machineId":"string?","hardwareId":"string?","pidNamespace":"string?","root":{"?":{"bootId":"string","pid":"integer","startToken":"string"}},"container":{"?":{"kind":"cgroup|subreaper|jobObject|none","path":"string?"}},"members":[{"pid":"integer","startToken":"string","name":"string","parentPid":"integer","startedAt":"time?"}]},"usage":[{"at":"time","cpuPercent":"number","memoryBytes":"number","processes":"integer"}],"usage_history":[["number"]],"host_identity":{"hostId":"string","machineId":"string?","hardwareId":"string?","bootId":"string","pidNamespace":"string?"},"identity":{"hostId":"string","machineId":"string?","hardwareId":"string?","bootId":"string","pidNamespace":"string?"},"checks":[{"name":"string","ok":"boolean?","sentence":"string"}],"preparation":{"at":"time","findings":[{"name":"string","state":"ok|done|todo|unknown","sentence":"string"}]},"kill_test":{"at":"time","findings":[{"name":"string","state":"ok|done|todo|unknown","sentence":"string"}]},"progress":"number","steps":[{"name":"download|prepare|render|post","startedAt":"time"}],"parts":["string"],"warnings":["string"],"lines":["string"],"stream":"nexrender|aerender"}'::jsonb $$;

CREATE FUNCTION public.hosts_with_free_slots() RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT count(*)::integer
  FROM public.render_hosts LEFT JOIN (
    SELECT host, count(*) AS leases FROM public.jobs WHERE lease_expires_at IS NOT NULL
    GROUP BY host
  ) held ON held.host = name
  WHERE stopped_at IS NULL AND gone_at IS NULL AND trouble IS NULL AND NOT draining
    AND clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond'
    AND slots > coalesce(leases, 0)
$$;

CREATE FUNCTION public.is_guarded() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT public.is_host_login() AND NOT pg_catalog.pg_has_role(current_user,
    (SELECT relowner FROM pg_catalog.pg_class WHERE oid = 'public.jobs'::regclass), 'MEMBER')
$$;

CREATE FUNCTION public.is_host_login() RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  SELECT EXISTS (
    SELECT FROM pg_catalog.pg_roles login, pg_catalog.pg_roles hosts, pg_catalog.pg_class jobs
    WHERE login.rolname = session_user AND hosts.rolname = 'renderdeck_host'
      AND jobs.oid = 'public.jobs'::regclass
      AND pg_catalog.pg_has_role(login.oid, hosts.oid, 'MEMBER')
      AND NOT pg_catalog.pg_has_role(login.oid, jobs.relowner, 'MEMBER'))
$$;

CREATE FUNCTION public.is_this_transaction(named text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $_$
  SELECT $1 = pg_current_xact_id()::text || ' ' || extract(epoch FROM transaction_timestamp())
$_$;

CREATE FUNCTION public.job_is_known(job uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1)
$_$;

CREATE FUNCTION public.job_parts(name text, id uuid) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT COST 5000 PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  t text := lower(name || ' ' || id::text);
  parts text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    parts[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(parts);
END $$;

CREATE FUNCTION public.log_bytes(lines jsonb) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT coalesce(sum(octet_length(line) + 1), 0)::integer
  FROM pg_catalog.jsonb_array_elements_text($1) AS line
$_$;

CREATE SEQUENCE public.job_queue_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    MAXVALUE 281474976710655
    CACHE 1;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.jobs (
    id uuid NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'QUEUED'::text NOT NULL,
    priority smallint DEFAULT 50 NOT NULL,
    queue_seq bigint DEFAULT nextval('public.job_queue_seq'::regclass) NOT NULL,
    queue_key bigint GENERATED ALWAYS AS (
CASE
    WHEN (status = 'QUEUED'::text) THEN ((((100 - priority))::bigint << 48) | queue_seq)
    ELSE NULL::bigint
END) STORED,
    version integer DEFAULT 1 NOT NULL,
    submitted_by text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    started_at timestamp(3) with time zone,
    ended_at timestamp(3) with time zone,
    attempts smallint DEFAULT 0 NOT NULL,
    max_attempts smallint NOT NULL,
    attempt_id uuid,
    host text,
    lease_expires_at timestamp(3) with time zone,
    output text DEFAULT 'none'::text NOT NULL,
    stop_requested_at timestamp(3) with time zone,
    stop_requested_by text,
    stop_channel text,
    stop_reason text,
    stop_attempt_id uuid,
    failure text,
    lease_ms integer,
    lease_renewals bigint DEFAULT 0 NOT NULL,
    warnings jsonb DEFAULT '[]'::jsonb NOT NULL,
    host_login text,
    awaited_hosts jsonb DEFAULT '[]'::jsonb NOT NULL,
    tags text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT jobs_lease_has_attempt CHECK (((lease_expires_at IS NULL) OR ((attempt_id IS NOT NULL) AND (host IS NOT NULL)))),
    CONSTRAINT jobs_output_known CHECK ((output = ANY (ARRAY['none'::text, 'maybe'::text, 'published'::text]))),
    CONSTRAINT jobs_priority_range CHECK (((priority >= 0) AND (priority <= 100))),
    CONSTRAINT jobs_queue_seq_range CHECK (((queue_seq >= 1) AND (queue_seq <= '281474976710655'::bigint))),
    CONSTRAINT jobs_status_known CHECK ((status = ANY (ARRAY['QUEUED'::text, 'RENDERING'::text, 'CANCELLING'::text, 'CANCELLED'::text, 'COMPLETED'::text, 'FAILED'::text]))),
    CONSTRAINT jobs_stop_whole CHECK ((((stop_requested_at IS NULL) = (stop_requested_by IS NULL)) AND ((stop_requested_at IS NULL) = (stop_channel IS NULL))))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='20000', autovacuum_vacuum_cost_delay='0', autovacuum_vacuum_insert_scale_factor='0', autovacuum_vacuum_insert_threshold='50000', autovacuum_analyze_scale_factor='0.05');

CREATE FUNCTION public.may_run_on(job public.jobs) RETURNS jsonb
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT coalesce(jsonb_agg(DISTINCT host), '[]') FROM (
    SELECT host FROM public.unproven WHERE job_id = $1.id AND state = 'open'
    UNION ALL SELECT $1.host WHERE $1.lease_expires_at IS NOT NULL) AS hosts (host)
$_$;

CREATE FUNCTION public.may_see_job(job uuid) RETURNS boolean
    LANGUAGE sql STABLE COST 1000
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1)
$_$;

CREATE FUNCTION public.message_facts(job public.jobs) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $_$
  SELECT jsonb_build_object(
    'job', jsonb_build_object('id', $1.id, 'name', $1.name, 'status', $1.status,
      'submittedBy', $1.submitted_by, 'host', $1.host, 'attempts', $1.attempts,
      'createdAt', public.wire_time($1.created_at), 'startedAt', public.wire_time($1.started_at),
      'endedAt', public.wire_time($1.ended_at), 'failure', $1.failure, 'output', $1.output),
    'stop', CASE WHEN $1.stop_requested_at IS NOT NULL THEN jsonb_build_object(
      'outcome', public.stop_outcome($1), 'requestedBy', $1.stop_requested_by,
      'requestedAt', public.wire_time($1.stop_requested_at), 'reason', $1.stop_reason,
      'mayRunOn', public.may_run_on($1)) END)
$_$;

CREATE FUNCTION public.number_receipt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.other_attempts(job uuid) RETURNS TABLE(id uuid, number smallint, host text, outcome text, output text, confirmed_at timestamp with time zone, declared_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT a.id, a.number, a.host, a.outcome, a.output, a.confirmed_at, a.declared_at
  FROM public.attempts a
  WHERE public.is_host_login() AND a.job_id = $1
    AND a.host_login IS DISTINCT FROM session_user::text
    AND EXISTS (SELECT FROM public.attempts own
      WHERE own.job_id = $1 AND own.host_login = session_user::text)
$_$;

CREATE FUNCTION public.owns_attempt(attempt uuid) RETURNS boolean
    LANGUAGE sql STABLE COST 1000
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT EXISTS (SELECT FROM public.attempts WHERE id = $1 AND host_login = session_user::text)
$_$;

CREATE FUNCTION public.owns_host_name(name text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT EXISTS (
    SELECT FROM public.host_logins WHERE host = $1 AND login = session_user::text)
$_$;

CREATE FUNCTION public.queue_edge(jobs_before bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
  fold queue_folds;
  edge bigint := 0;
  block bigint;
  wanted bigint;
  low bigint := 0;
  high bigint := 32768;
  step record;
BEGIN
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN 0; END IF;
  -- Each change that the counts do not hold may have put one job more before a block.
  wanted := jobs_before - (SELECT count(*) FROM unfolded_changes(fold));
  IF wanted <= 0 THEN RETURN 0; END IF;
  FOR step IN SELECT * FROM (VALUES (3, 48, 24), (2, 24, 7), (1, 17, 7), (0, 10, 0))
      AS levels (lvl, bits, wide) ORDER BY lvl DESC LOOP
    SELECT blk, wanted - before INTO block, wanted FROM (
      SELECT q.blk, sum(q.n) OVER (ORDER BY q.blk) - q.n AS before FROM queue_counts q
      WHERE q.lvl = step.lvl AND q.blk >= low AND q.blk < high) blocks
    WHERE before <= wanted ORDER BY blk DESC LIMIT 1;
    EXIT WHEN NOT FOUND;
    edge := block << step.bits;
    low := block << step.wide;
    high := (block + 1) << step.wide;
  END LOOP;
  RETURN edge;
END $$;

CREATE FUNCTION public.queue_faults() RETURNS TABLE(lvl integer, blk bigint, counted bigint, waiting bigint)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  WITH fold AS MATERIALIZED (
    SELECT f FROM queue_folds f WHERE only_row AND in_force
  ), unfolded AS MATERIALIZED (
    SELECT u.q_from, u.q_to FROM fold, unfolded_changes(fold.f) u
  ), levels (lvl, bits) AS (
    VALUES (0, 0), (1, 7), (2, 14), (3, 38)
  ), counted AS (
    SELECT lvl, blk, sum(n)::bigint AS n FROM (
      SELECT q.lvl::integer, q.blk, q.n FROM queue_counts q
      UNION ALL SELECT l.lvl, u.q_to >> 10 >> l.bits, 1 FROM unfolded u, levels l
        WHERE u.q_to IS NOT NULL
      UNION ALL SELECT l.lvl, u.q_from >> 10 >> l.bits, -1 FROM unfolded u, levels l
        WHERE u.q_from IS NOT NULL) all_counts (lvl, blk, n)
    GROUP BY 1, 2
  ), small AS (
    SELECT queue_key >> 10 AS blk, count(*) AS n FROM jobs WHERE queue_key IS NOT NULL GROUP BY 1
  ), waiting AS (
    SELECT l.lvl, small.blk >> l.bits AS blk, sum(small.n)::bigint AS n FROM small, levels l
    GROUP BY 1, 2
  )
  SELECT coalesce(c.lvl, r.lvl), coalesce(c.blk, r.blk), coalesce(c.n, 0), coalesce(r.n, 0)
  FROM counted c FULL JOIN waiting r ON c.lvl = r.lvl AND c.blk = r.blk
  WHERE coalesce(c.n, 0) <> coalesce(r.n, 0) AND EXISTS (SELECT FROM fold)
$$;

CREATE FUNCTION public.queue_fold() RETURNS bigint
    LANGUAGE plpgsql
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
  fold queue_folds;
  levels smallint[];
  blocks bigint[];
  changes bigint;
BEGIN
  IF NOT try_work_lock('queueCounts') THEN RETURN -1; END IF;
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN -2; END IF;
  WITH unfolded AS MATERIALIZED (
    SELECT q_from, q_to FROM unfolded_changes(fold)
  ), small AS (
    SELECT blk, sum(n) AS n FROM (
      SELECT q_from >> 10 AS blk, -1 AS n FROM unfolded WHERE q_from IS NOT NULL
      UNION ALL SELECT q_to >> 10, 1 FROM unfolded WHERE q_to IS NOT NULL) each_change
    GROUP BY blk HAVING sum(n) <> 0
  ), counted AS (
    INSERT INTO queue_counts AS q (lvl, blk, n)
    SELECT l.lvl, small.blk >> l.bits, sum(small.n) FROM small
      CROSS JOIN (VALUES (0::smallint, 0), (1::smallint, 7), (2::smallint, 14), (3::smallint, 38))
        AS l (lvl, bits)
    GROUP BY 1, 2 HAVING sum(small.n) <> 0 ORDER BY 1, 2
    ON CONFLICT (lvl, blk) DO UPDATE SET n = q.n + excluded.n
    RETURNING q.lvl, q.blk, q.n
  ), folded AS (
    UPDATE queue_folds SET snap = pg_current_snapshot(), folded_at = clock_timestamp(),
      writer = this_transaction()
    WHERE only_row AND in_force AND EXISTS (SELECT FROM unfolded)
  )
  SELECT array_agg(lvl) FILTER (WHERE n = 0), array_agg(blk) FILTER (WHERE n = 0),
    (SELECT count(*) FROM unfolded) INTO levels, blocks, changes FROM counted;
  DELETE FROM queue_counts q USING unnest(levels, blocks) AS empty (lvl, blk)
  WHERE q.lvl = empty.lvl AND q.blk = empty.blk AND q.n = 0;
  RETURN changes;
END $$;

CREATE FUNCTION public.queue_length() RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
  SELECT queue_position(9223372036854775807) - 1
$$;

CREATE FUNCTION public.queue_position(k bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
  fold queue_folds;
  edge bigint := (k >> 10) << 10;
BEGIN
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN (SELECT 1 + count(*) FROM jobs WHERE queue_key < k); END IF;
  RETURN (SELECT 1
    + coalesce((SELECT sum(n) FROM queue_counts WHERE lvl = 3 AND blk < k >> 48), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 2 AND blk >= (k >> 48) << 24 AND blk < k >> 24), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 1 AND blk >= (k >> 24) << 7 AND blk < k >> 17), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 0 AND blk >= (k >> 17) << 7 AND blk < k >> 10), 0)
    + coalesce((SELECT sum((CASE WHEN q_to < edge THEN 1 ELSE 0 END)
        - (CASE WHEN q_from < edge THEN 1 ELSE 0 END)) FROM unfolded_changes(fold)), 0)
    + (SELECT count(*) FROM jobs WHERE queue_key >= edge AND queue_key < k));
END $$;

CREATE FUNCTION public.queue_positions(keys bigint[]) RETURNS TABLE(key bigint, place bigint)
    LANGUAGE plpgsql STABLE ROWS 100
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
  lowest bigint := (SELECT min(k) FROM unnest(keys) k);
  highest bigint := (SELECT max(k) FROM unnest(keys) k);
  few bigint := 20 + 2 * cardinality(keys);
  previous bigint;
  gap bigint;
  near bigint;
BEGIN
  IF lowest IS NULL THEN RETURN; END IF;
  SELECT count(*) INTO gap FROM (
    SELECT FROM jobs WHERE queue_key >= lowest AND queue_key < highest LIMIT few) between_them;
  IF gap < few THEN
    place := queue_position(lowest);
    RETURN QUERY SELECT k, place + before FROM (
      SELECT k, is_asked, count(*) FILTER (WHERE NOT is_asked)
        OVER (ORDER BY k GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM (
        SELECT queue_key, false FROM jobs WHERE queue_key >= lowest AND queue_key < highest
        UNION ALL SELECT unnest, true FROM unnest(keys)
      ) both_kinds (k, is_asked)) numbered
    WHERE is_asked;
    RETURN;
  END IF;
  -- Without counts a far key is counted from the one before it too.
  near := (SELECT 100 FROM queue_folds WHERE only_row AND in_force);
  FOR key IN SELECT k FROM unnest(keys) k ORDER BY k LOOP
    gap := near;
    IF previous IS NOT NULL THEN
      SELECT count(*) INTO gap FROM (
        SELECT FROM jobs WHERE queue_key >= previous AND queue_key < key LIMIT near) between_them;
    END IF;
    IF previous IS NULL OR gap = near THEN place := queue_position(key);
    ELSE place := place + gap; END IF;
    previous := key;
    RETURN NEXT;
  END LOOP;
END $$;

CREATE FUNCTION public.queue_recount() RETURNS void
    LANGUAGE plpgsql
    SET jit TO 'off'
    AS $$
BEGIN
  PERFORM take_work_lock('queueCounts');
  DELETE FROM queue_counts;
  WITH small AS (
    SELECT queue_key >> 10 AS blk, count(*) AS n FROM jobs WHERE queue_key IS NOT NULL GROUP BY 1
  ), counted AS (
    INSERT INTO queue_counts (lvl, blk, n)
    SELECT l.lvl, blk >> l.bits, sum(n) FROM small
      CROSS JOIN (VALUES (0::smallint, 0), (1::smallint, 7), (2::smallint, 14), (3::smallint, 38))
        AS l (lvl, bits)
    GROUP BY 1, 2
  )
  INSERT INTO queue_folds AS f (snap, after_id, writer)
  SELECT pg_current_snapshot(), coalesce(max(c.id), 0),
    this_transaction()
  FROM job_changes c
  WHERE c.xid >= pg_snapshot_xmin(pg_current_snapshot())
    AND NOT pg_visible_in_snapshot(c.xid, pg_current_snapshot())
  ON CONFLICT (only_row) DO UPDATE SET snap = excluded.snap, after_id = excluded.after_id,
    folded_at = clock_timestamp(), writer = excluded.writer;
END $$;

CREATE FUNCTION public.refuse_host_login(what text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'RDHL1',
    MESSAGE = pg_catalog.format('the login %s of a host may not %s', session_user, what);
END $$;

CREATE FUNCTION public.refuse_malformed(row_after jsonb, changed text[]) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  wrong text;
  shapes jsonb := public.host_shapes();
BEGIN
  SELECT key INTO wrong FROM jsonb_each(row_after) AS c (key, value)
  WHERE key = ANY (changed) AND jsonb_typeof(value) <> 'null'
    AND CASE WHEN key LIKE '%\_at' OR key = 'at'
      THEN (value #>> '{}')::timestamptz NOT BETWEEN '1970-01-01' AND '2999-01-01'
      ELSE shapes ? key AND NOT public.has_shape(value, shapes -> key) END
  LIMIT 1;
  IF wrong IS NOT NULL THEN
    PERFORM public.refuse_host_login(format('write such a value into %s', wrong));
  END IF;
END $$;

CREATE FUNCTION public.restrict_host_logins() RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  rule record;
  own text := 'host_login = session_user::text';
BEGIN
  IF to_regrole('renderdeck_worker') IS NULL THEN
    RAISE 'the role renderdeck_worker is missing; migrate as a user who may make roles';
  END IF;
  IF to_regrole('renderdeck_host') IS NULL THEN
    BEGIN CREATE ROLE renderdeck_host NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- for another database, just now
    END;
  END IF;
  FOR rule IN SELECT * FROM (VALUES
    ('host_logins', 'login = session_user::text', 'false'),
    ('render_hosts', 'public.owns_host_name(name)', 'public.owns_host_name(name)'),
    ('attempts', own, own),
    ('attempt_log', 'public.owns_attempt(attempt_id)', 'public.owns_attempt(attempt_id)'),
    ('jobs', 'queue_key IS NOT NULL OR ' || own || ' OR public.had_attempt_of(id)'
      || ' OR public.awaits_me(awaited_hosts)', 'true'),
    ('job_definitions', 'public.may_see_job(job_id)', 'false'),
    ('job_secrets', 'public.holds_job(job_id)', 'false')
  ) AS rules (name, may_see, may_write) LOOP
    IF NOT (SELECT relrowsecurity FROM pg_class
        WHERE oid = format('public.%I', rule.name)::regclass) THEN
      EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', rule.name);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_policies
        WHERE schemaname = 'public' AND tablename = rule.name AND policyname = 'everybody') THEN
      EXECUTE format('CREATE POLICY everybody ON public.%I USING (true)', rule.name);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_policies
        WHERE schemaname = 'public' AND tablename = rule.name AND policyname = 'host_login') THEN
      EXECUTE format('CREATE POLICY host_login ON public.%I AS RESTRICTIVE TO renderdeck_host
        USING (%s) WITH CHECK (%s)', rule.name, rule.may_see, rule.may_write);
    END IF;
  END LOOP;
  FOR rule IN SELECT * FROM (VALUES
    ('guard_host_job', 'BEFORE UPDATE', 'jobs', 'true'),
    ('check_host_job', 'AFTER UPDATE', 'jobs', 'old.version <> new.version'),
    ('guard_new_host_attempt', 'BEFORE INSERT', 'attempts', 'true'),
    ('guard_host_attempt', 'BEFORE UPDATE', 'attempts', 'old.host_login IS NOT NULL'),
    ('guard_host_log', 'BEFORE INSERT', 'attempt_log', 'true'),
    ('guard_host_change', 'BEFORE INSERT', 'job_changes', 'true'),
    ('guard_host_row', 'BEFORE INSERT OR UPDATE', 'render_hosts', 'true'),
    ('adopt_host_attempts', 'AFTER INSERT OR UPDATE', 'render_hosts', 'true')
  ) AS rules (name, moment, on_table, condition) LOOP
    IF NOT EXISTS (SELECT FROM pg_trigger
        WHERE tgname = rule.name AND tgrelid = format('public.%I', rule.on_table)::regclass) THEN
      EXECUTE format('CREATE TRIGGER %I %s ON public.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION
        public.%I()', rule.name, rule.moment, rule.on_table, rule.condition, rule.name);
    END IF;
  END LOOP;
  -- As in a new database: nobody else's operator or function may come between.
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  REVOKE ALL ON ALL TABLES IN SCHEMA public, drizzle FROM renderdeck_host;
  GRANT USAGE ON SCHEMA public, drizzle TO renderdeck_host;
  FOR rule IN SELECT c.oid, c.oid::regclass AS on_table, a.privilege_type
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)
      AND a.grantee = to_regrole('renderdeck_worker') LOOP
    -- Who may update a whole table may lock the whole table, against everybody.
    EXECUTE format('GRANT %s %s ON %s TO renderdeck_host', rule.privilege_type,
      CASE WHEN rule.privilege_type = 'UPDATE' THEN
        (SELECT format('(%s)', string_agg(quote_ident(attname), ', ')) FROM pg_attribute
        WHERE attrelid = rule.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '')
      END, rule.on_table);
  END LOOP;
  FOR rule IN SELECT c.attrelid::regclass AS on_table, c.attname AS name, a.privilege_type
    FROM pg_attribute c JOIN pg_class t ON t.oid = c.attrelid, aclexplode(c.attacl) a
    WHERE t.relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)
      AND a.grantee = to_regrole('renderdeck_worker') LOOP
    EXECUTE format('GRANT %s (%I) ON %s TO renderdeck_host',
      rule.privilege_type, rule.name, rule.on_table);
  END LOOP;
  FOR rule IN SELECT p.oid::regprocedure AS name,
      has_function_privilege('renderdeck_worker', p.oid, 'EXECUTE') AS may_run
    FROM pg_proc p JOIN pg_class jobs ON jobs.oid = 'public.jobs'::regclass
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = jobs.relowner LOOP
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM renderdeck_host', rule.name);
    IF rule.may_run THEN
      EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO renderdeck_host', rule.name);
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION public.stop_outcome(job public.jobs) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT outcome FROM public.stops WHERE job_id = $1.id
$_$;

CREATE FUNCTION public.take_work_lock(work text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM public.work_locks WHERE name = work FOR UPDATE;
  IF NOT FOUND THEN RAISE 'the lock % is missing in work_locks', work; END IF;
END $$;

CREATE FUNCTION public.tell_webhooks(event text, unless text, kind text, facts jsonb, job public.jobs, host_name text) RETURNS integer
    LANGUAGE plpgsql
    AS $_$
DECLARE told integer;
BEGIN
  INSERT INTO public.webhook_deliveries (webhook_id, type, job_id, host, facts, give_up_at)
    SELECT w.id, $3, ($5).id, $6, $4, clock_timestamp() + interval '1 day'
    FROM public.webhooks w
    WHERE w.disabled_at IS NULL AND w.events ? $1 AND ($2 IS NULL OR NOT w.events ? $2)
      AND CASE WHEN ($5).id IS NULL THEN w.host IS NULL OR w.host = $6
        ELSE (w.submitted_by IS NULL OR w.submitted_by = ($5).submitted_by)
          AND (w.name_part IS NULL OR position(lower(w.name_part) IN lower(($5).name)) > 0)
          AND (w.host IS NULL OR EXISTS (
            SELECT FROM public.attempts a WHERE a.job_id = ($5).id AND a.host = w.host)) END
    FOR KEY SHARE OF w;
  GET DIAGNOSTICS told = ROW_COUNT;
  IF told > 0 THEN PERFORM pg_notify('renderdeck_webhooks', ''); END IF;
  RETURN told;
END $_$;

CREATE FUNCTION public.text_parts(value text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT COST 5000 PARALLEL SAFE
    AS $$
DECLARE
  t text := lower(value);
  parts text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    parts[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(parts);
END $$;

CREATE FUNCTION public.this_transaction() RETURNS text
    LANGUAGE sql
    AS $$
  SELECT pg_current_xact_id()::text || ' ' || extract(epoch FROM transaction_timestamp())
$$;

CREATE FUNCTION public.try_work_lock(work text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  PERFORM FROM public.work_locks WHERE name = work FOR UPDATE SKIP LOCKED;
  IF FOUND THEN RETURN true; END IF;
  IF EXISTS (SELECT FROM public.work_locks WHERE name = work) THEN RETURN false; END IF;
  RAISE 'the lock % is missing in work_locks', work;
END $$;

CREATE TABLE public.queue_folds (
    only_row boolean DEFAULT true NOT NULL,
    snap pg_snapshot NOT NULL,
    after_id bigint NOT NULL,
    folded_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    writer text,
    in_force boolean GENERATED ALWAYS AS (public.is_this_transaction(writer)) STORED
)
WITH (fillfactor='10');

CREATE FUNCTION public.unfolded_changes(fold public.queue_folds) RETURNS TABLE(q_from bigint, q_to bigint)
    LANGUAGE sql STABLE
    AS $$
  SELECT c.q_from, c.q_to FROM job_changes c
  WHERE (c.q_from IS NOT NULL OR c.q_to IS NOT NULL) AND c.id + 0 > (fold).after_id
    AND c.xid >= pg_snapshot_xmax((fold).snap)
  UNION ALL
  SELECT c.q_from, c.q_to FROM job_changes c
  WHERE (c.q_from IS NOT NULL OR c.q_to IS NOT NULL) AND c.id + 0 > (fold).after_id
    AND c.xid = ANY (array(SELECT pg_snapshot_xip((fold).snap)))
$$;

CREATE FUNCTION public.unseen_changes(since pg_snapshot, after_id bigint, most integer) RETURNS TABLE(id bigint, xid xid8, job_id uuid, version integer, event text, status_before text, status_after text, actor text, at timestamp with time zone)
    LANGUAGE plpgsql STABLE ROWS 100
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
BEGIN
  -- Transaction ids ahead of the snapshot came with a dump: they count as seen.
  RETURN QUERY SELECT c.id, c.xid, c.job_id, c.version, c.event, c.status_before, c.status_after,
    c.actor, c.at
  FROM (
    SELECT * FROM job_changes c
    WHERE c.xid >= pg_snapshot_xmax(since) AND c.xid < pg_snapshot_xmax(pg_current_snapshot())
      AND c.id + 0 > after_id
    UNION ALL
    SELECT * FROM job_changes c
    WHERE c.xid = ANY (array(SELECT pg_snapshot_xip(since))) AND c.id + 0 > after_id
  ) c LIMIT most;
END $$;

CREATE FUNCTION public.void_queue_counts() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM gone WHERE queue_key IS NOT NULL) THEN RETURN NULL; END IF;
    PERFORM public.take_work_lock('queueCounts');
  END IF;
  -- Void ones too: a deletion or recount whose snapshot is older (repeatable read) fails here.
  UPDATE public.queue_folds SET writer = NULL;
  RETURN NULL;
END $$;

CREATE FUNCTION public.wire_time(at timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
  SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$_$;

CREATE FUNCTION public.write_webhook_deliveries() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
  job public.jobs;
  outcome text;
  was_settled boolean := false;
  has_ended boolean;
BEGIN
  IF TG_RELID <> 'public.job_changes'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  SELECT * INTO job FROM public.jobs WHERE id = new.job_id;
  IF NOT FOUND OR job.status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN RETURN NULL; END IF;
  outcome := public.stop_outcome(job);
  IF outcome = 'unconfirmed' THEN
    INSERT INTO public.unproven_stops AS known (job_id) VALUES (job.id)
      ON CONFLICT (job_id) DO UPDATE SET at = clock_timestamp(), settled_at = NULL
        WHERE known.settled_at IS NOT NULL;
    IF FOUND THEN
      PERFORM public.tell_webhooks('notProven', NULL, 'stop.notProven',
        public.message_facts(job), job, NULL);
    END IF;
    RETURN NULL;
  END IF;
  IF outcome IS NOT NULL THEN
    UPDATE public.unproven_stops SET settled_at = clock_timestamp()
      WHERE job_id = job.id AND settled_at IS NULL;
    was_settled := FOUND;
  END IF;
  has_ended := was_settled OR new.status_before IS NULL
    OR new.status_before NOT IN ('COMPLETED', 'FAILED', 'CANCELLED');
  IF was_settled THEN
    PERFORM public.tell_webhooks('notProven', NULL, 'stop.settled',
      public.message_facts(job), job, NULL);
  END IF;
  IF has_ended AND job.status = 'FAILED' THEN
    PERFORM public.tell_webhooks('ended', NULL, 'job.failed', public.message_facts(job), job, NULL);
    PERFORM public.tell_webhooks('failed', 'ended', 'job.failed',
      public.message_facts(job), job, NULL);
  ELSIF has_ended THEN
    PERFORM public.tell_webhooks('ended', CASE WHEN was_settled THEN 'notProven' END, 'job.ended',
      public.message_facts(job), job, NULL);
  END IF;
  RETURN NULL;
END $$;

CREATE TABLE drizzle.__drizzle_migrations (
    id integer NOT NULL,
    hash text NOT NULL,
    created_at bigint
);

CREATE SEQUENCE drizzle.__drizzle_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE drizzle.__drizzle_migrations_id_seq OWNED BY drizzle.__drizzle_migrations.id;

CREATE TABLE public.api_runs (
    id bigint NOT NULL,
    started_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    last_seen_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp(3) with time zone
);

ALTER TABLE public.api_runs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.api_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.api_tokens (
    id uuid NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    secret_hash text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp(3) with time zone,
    last_used_at timestamp(3) with time zone,
    revoked_at timestamp(3) with time zone,
    CONSTRAINT api_tokens_role_known CHECK ((role = ANY (ARRAY['viewer'::text, 'submitter'::text, 'admin'::text])))
);

CREATE TABLE public.attempt_log (
    attempt_id uuid NOT NULL,
    seq integer NOT NULL,
    at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    stream text NOT NULL,
    lines jsonb NOT NULL,
    bytes integer GENERATED ALWAYS AS (public.log_bytes(lines)) STORED NOT NULL
);

CREATE TABLE public.attempts (
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    number smallint NOT NULL,
    host text NOT NULL,
    worker_id uuid NOT NULL,
    cookie text NOT NULL,
    outcome text,
    created_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp(3) with time zone,
    phase text,
    progress real DEFAULT 0 NOT NULL,
    frame integer,
    total_frames integer,
    output text DEFAULT 'none'::text NOT NULL,
    scratch_path text,
    tree jsonb,
    stop_delivered_at timestamp(3) with time zone,
    stop_report jsonb,
    removal_report jsonb,
    confirmed_at timestamp(3) with time zone,
    usage jsonb DEFAULT '[]'::jsonb NOT NULL,
    host_id uuid,
    host_identity jsonb,
    unproven_reason text,
    declared_at timestamp(3) with time zone,
    declared_by text,
    declared_reason text,
    parts jsonb DEFAULT '[]'::jsonb NOT NULL,
    host_last_heard_at timestamp(3) with time zone,
    host_login text,
    restored boolean DEFAULT false NOT NULL,
    usage_history jsonb DEFAULT '[]'::jsonb NOT NULL,
    log_deleted_at timestamp(3) with time zone,
    steps jsonb,
    progress_at timestamp(3) with time zone,
    expected_end_at timestamp(3) with time zone,
    measured smallint DEFAULT 0 NOT NULL,
    CONSTRAINT attempts_declared_whole CHECK ((((declared_at IS NULL) = (declared_by IS NULL)) AND ((declared_at IS NULL) = (declared_reason IS NULL)))),
    CONSTRAINT attempts_outcome_known CHECK ((outcome = ANY (ARRAY['completed'::text, 'failed'::text, 'stopped'::text, 'lost'::text, 'released'::text, 'hostFailed'::text]))),
    CONSTRAINT attempts_output_known CHECK ((output = ANY (ARRAY['none'::text, 'maybe'::text, 'published'::text])))
);

CREATE TABLE public.audit_log (
    id bigint NOT NULL,
    at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    actor_kind text NOT NULL,
    actor text NOT NULL,
    channel text NOT NULL,
    address text,
    request_id text,
    action text NOT NULL,
    outcome text NOT NULL,
    code text,
    job_id uuid,
    reason text,
    before jsonb,
    after jsonb,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT audit_log_outcome_known CHECK ((outcome = ANY (ARRAY['done'::text, 'noop'::text, 'refused'::text])))
);

ALTER TABLE public.audit_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.audit_seals (
    seq bigint NOT NULL,
    audit_id bigint NOT NULL,
    hash text NOT NULL,
    sealed_below xid8 NOT NULL,
    sealed_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.database_incarnations (
    incarnation text NOT NULL,
    last_change_id bigint NOT NULL,
    seen_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    last_queue_seq bigint
);

CREATE TABLE public.host_logins (
    host text NOT NULL,
    login text NOT NULL
);

CREATE TABLE public.host_silences (
    host text NOT NULL,
    last_heard_at timestamp(3) with time zone NOT NULL,
    at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.job_changes (
    id bigint NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    job_id uuid NOT NULL,
    version integer NOT NULL,
    event text NOT NULL,
    status_before text,
    status_after text NOT NULL,
    actor text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    q_from bigint,
    q_to bigint
);

CREATE TABLE public.job_changes_forgotten (
    only_row boolean DEFAULT true NOT NULL,
    xid xid8 NOT NULL,
    at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE public.job_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.job_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.job_definitions (
    job_id uuid NOT NULL,
    nexrender_job jsonb NOT NULL,
    limits jsonb DEFAULT '{}'::jsonb NOT NULL,
    secrets_deleted_at timestamp(3) with time zone,
    rerun_of uuid,
    hidden jsonb DEFAULT '[]'::jsonb NOT NULL
);

CREATE TABLE public.job_secrets (
    job_id uuid NOT NULL,
    secrets jsonb NOT NULL
);

CREATE TABLE public.job_submitters (
    job_id uuid NOT NULL,
    kind text NOT NULL,
    account_id uuid NOT NULL
);

CREATE TABLE public.known_addresses (
    user_id uuid NOT NULL,
    address_group text NOT NULL,
    last_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE public.login_attempts (
    key text NOT NULL,
    count integer NOT NULL,
    until timestamp(3) with time zone NOT NULL,
    next_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.measures (
    name text NOT NULL,
    hour timestamp(3) with time zone NOT NULL,
    part text NOT NULL,
    at_most_ms bigint NOT NULL,
    count bigint NOT NULL,
    sum_ms bigint NOT NULL
);

CREATE TABLE public.queue_counts (
    lvl smallint NOT NULL,
    blk bigint NOT NULL,
    n bigint NOT NULL
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0.05', autovacuum_vacuum_threshold='500');

CREATE TABLE public.receipt_series (
    incarnation text NOT NULL,
    after bigint NOT NULL,
    begun_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    over_at timestamp(3) with time zone
);

CREATE TABLE public.receipts (
    number bigint NOT NULL,
    job_id uuid NOT NULL
);

ALTER TABLE public.receipts ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.receipts_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.refusal_counts (
    minute timestamp(3) with time zone NOT NULL,
    who text NOT NULL,
    actor_kind text NOT NULL,
    actor text NOT NULL,
    channel text NOT NULL,
    address text,
    whole integer NOT NULL,
    more jsonb NOT NULL
);

CREATE TABLE public.render_hosts (
    name text NOT NULL,
    worker_id uuid NOT NULL,
    pid integer NOT NULL,
    slots smallint NOT NULL,
    version text NOT NULL,
    platform text NOT NULL,
    renderer text NOT NULL,
    stand_in boolean NOT NULL,
    container text NOT NULL,
    lease_ms integer NOT NULL,
    draining boolean DEFAULT false NOT NULL,
    started_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    last_heard_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    stopped_at timestamp(3) with time zone,
    boot_id text NOT NULL,
    start_token text NOT NULL,
    trouble text,
    free_bytes bigint,
    leftover_folders integer DEFAULT 0 NOT NULL,
    unclaimed_processes integer DEFAULT 0 NOT NULL,
    host_id uuid,
    identity jsonb,
    released_at timestamp(3) with time zone,
    released_by text,
    gone_at timestamp(3) with time zone,
    gone_by text,
    gone_reason text,
    render_user text,
    check_asked_at timestamp(3) with time zone,
    check_asked_by text,
    checked_at timestamp(3) with time zone,
    checks jsonb,
    check_held_at timestamp(3) with time zone,
    asked_check_held_at timestamp(3) with time zone,
    host_login text,
    journal_sent_to text,
    preparation jsonb,
    kill_test jsonb,
    session integer,
    booted_at timestamp(3) with time zone,
    tags text[] DEFAULT '{}'::text[] NOT NULL
);

CREATE TABLE public.render_paces (
    key text NOT NULL,
    renders integer NOT NULL,
    mean_ms bigint NOT NULL,
    at timestamp(3) with time zone NOT NULL
);

CREATE TABLE public.sessions (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    address text,
    created_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    last_seen_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp(3) with time zone NOT NULL,
    revoked_at timestamp(3) with time zone,
    idle_ms integer DEFAULT 14400000 NOT NULL
);

CREATE VIEW public.unproven WITH (security_invoker='true') AS
 SELECT a.job_id,
    a.id AS attempt_id,
    a.host,
        CASE
            WHEN (a.declared_at IS NOT NULL) THEN 'declared'::text
            WHEN (a.outcome IS NULL) THEN 'running'::text
            ELSE 'open'::text
        END AS state
   FROM public.attempts a
  WHERE (a.confirmed_at IS NULL)
UNION ALL
 SELECT j.id AS job_id,
    NULL::uuid AS attempt_id,
    (awaited.host ->> 'host'::text) AS host,
        CASE
            WHEN ((awaited.host ->> 'declaration'::text) IS NOT NULL) THEN 'declared'::text
            ELSE 'open'::text
        END AS state
   FROM (public.jobs j
     CROSS JOIN LATERAL jsonb_array_elements(j.awaited_hosts) awaited(host))
  WHERE ((j.awaited_hosts <> '[]'::jsonb) AND ((awaited.host ->> 'reportedAt'::text) IS NULL));

CREATE VIEW public.stops WITH (security_invoker='true') AS
 SELECT j.id AS job_id,
    j.stop_requested_at,
    missing.is_open,
        CASE
            WHEN (j.status = 'COMPLETED'::text) THEN 'finishedFirst'::text
            WHEN (j.status <> 'CANCELLED'::text) THEN 'cancelling'::text
            WHEN missing.is_open THEN 'unconfirmed'::text
            WHEN missing.is_declared THEN 'declared'::text
            ELSE 'cancelled'::text
        END AS outcome
   FROM (public.jobs j
     LEFT JOIN ( SELECT u.job_id,
            bool_or((u.state = 'open'::text)) AS is_open,
            bool_or((u.state = 'declared'::text)) AS is_declared
           FROM public.unproven u
          GROUP BY u.job_id) missing ON ((missing.job_id = j.id)))
  WHERE (j.stop_requested_at IS NOT NULL);

CREATE TABLE public.submissions (
    principal text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    job_id uuid NOT NULL,
    created_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.unproven_stops (
    job_id uuid NOT NULL,
    at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    settled_at timestamp(3) with time zone
);

CREATE TABLE public.users (
    id uuid NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    created_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT users_role_known CHECK ((role = ANY (ARRAY['viewer'::text, 'submitter'::text, 'admin'::text])))
);

CREATE TABLE public.webhook_deliveries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    webhook_id uuid NOT NULL,
    type text NOT NULL,
    job_id uuid,
    host text,
    facts jsonb NOT NULL,
    at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    tries smallint DEFAULT 0 NOT NULL,
    next_try_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    give_up_at timestamp(3) with time zone NOT NULL,
    lease uuid,
    CONSTRAINT webhook_deliveries_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'givenUp'::text]))),
    CONSTRAINT webhook_deliveries_type_known CHECK ((type = ANY (ARRAY['job.ended'::text, 'job.failed'::text, 'stop.notProven'::text, 'stop.settled'::text, 'host.silent'::text, 'webhook.test'::text])))
);

CREATE TABLE public.webhook_secrets (
    webhook_id uuid NOT NULL,
    secret text NOT NULL
);

CREATE TABLE public.webhook_tries (
    delivery_id uuid NOT NULL,
    number smallint NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    duration_ms integer NOT NULL,
    status smallint,
    answer text,
    error text
);

CREATE TABLE public.webhooks (
    id uuid NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    events jsonb NOT NULL,
    submitted_by text,
    name_part text,
    host text,
    shape text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
    disabled_at timestamp(3) with time zone,
    disabled_reason text,
    paused_until timestamp(3) with time zone,
    CONSTRAINT webhooks_disabled_whole CHECK (((disabled_at IS NULL) = (disabled_reason IS NULL))),
    CONSTRAINT webhooks_shape_known CHECK ((shape = ANY (ARRAY['renderdeck'::text, 'slack'::text])))
);

CREATE TABLE public.work_locks (
    name text NOT NULL
);

ALTER TABLE ONLY drizzle.__drizzle_migrations ALTER COLUMN id SET DEFAULT nextval('drizzle.__drizzle_migrations_id_seq'::regclass);

ALTER TABLE ONLY drizzle.__drizzle_migrations
    ADD CONSTRAINT __drizzle_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_runs
    ADD CONSTRAINT api_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_secret UNIQUE (secret_hash);

ALTER TABLE ONLY public.attempt_log
    ADD CONSTRAINT attempt_log_pkey PRIMARY KEY (attempt_id, seq);

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_number UNIQUE (job_id, number);

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_line UNIQUE (audit_id);

ALTER TABLE ONLY public.audit_seals
    ADD CONSTRAINT audit_seals_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.database_incarnations
    ADD CONSTRAINT database_incarnations_pkey PRIMARY KEY (incarnation);

ALTER TABLE ONLY public.host_logins
    ADD CONSTRAINT host_logins_pkey PRIMARY KEY (host);

ALTER TABLE ONLY public.host_silences
    ADD CONSTRAINT host_silences_pkey PRIMARY KEY (host, last_heard_at);

ALTER TABLE ONLY public.job_changes_forgotten
    ADD CONSTRAINT job_changes_forgotten_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.job_changes
    ADD CONSTRAINT job_changes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.job_definitions
    ADD CONSTRAINT job_definitions_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.job_secrets
    ADD CONSTRAINT job_secrets_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.job_submitters
    ADD CONSTRAINT job_submitters_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.known_addresses
    ADD CONSTRAINT known_addresses_pkey PRIMARY KEY (user_id, address_group);

ALTER TABLE ONLY public.login_attempts
    ADD CONSTRAINT login_attempts_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.measures
    ADD CONSTRAINT measures_pkey PRIMARY KEY (name, hour, part, at_most_ms);

ALTER TABLE ONLY public.queue_counts
    ADD CONSTRAINT queue_counts_pkey PRIMARY KEY (lvl, blk);

ALTER TABLE ONLY public.queue_folds
    ADD CONSTRAINT queue_folds_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.receipt_series
    ADD CONSTRAINT receipt_series_pkey PRIMARY KEY (incarnation, begun_at);

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_job UNIQUE (job_id);

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.refusal_counts
    ADD CONSTRAINT refusal_counts_pkey PRIMARY KEY (minute, who);

ALTER TABLE ONLY public.render_hosts
    ADD CONSTRAINT render_hosts_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.render_paces
    ADD CONSTRAINT render_paces_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.submissions
    ADD CONSTRAINT submissions_pkey PRIMARY KEY (principal, key);

ALTER TABLE ONLY public.unproven_stops
    ADD CONSTRAINT unproven_stops_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_secrets
    ADD CONSTRAINT webhook_secrets_pkey PRIMARY KEY (webhook_id);

ALTER TABLE ONLY public.webhook_tries
    ADD CONSTRAINT webhook_tries_pkey PRIMARY KEY (delivery_id, number);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.work_locks
    ADD CONSTRAINT work_locks_pkey PRIMARY KEY (name);

CREATE INDEX api_runs_started ON public.api_runs USING btree (started_at);

CREATE UNIQUE INDEX api_tokens_name ON public.api_tokens USING btree (lower(name));

CREATE INDEX attempts_ended ON public.attempts USING btree (ended_at, host, outcome) WHERE (ended_at IS NOT NULL);

CREATE INDEX attempts_host_failed ON public.attempts USING btree (job_id, host_id) WHERE (outcome = 'hostFailed'::text);

CREATE INDEX attempts_logged ON public.attempts USING btree (ended_at) WHERE (log_deleted_at IS NULL);

CREATE INDEX attempts_parts ON public.attempts USING btree (host_id) WHERE (parts <> '[]'::jsonb);

CREATE INDEX attempts_unconfirmed ON public.attempts USING btree (host) WHERE (confirmed_at IS NULL);

CREATE INDEX attempts_unconfirmed_host ON public.attempts USING btree (host_id) WHERE (confirmed_at IS NULL);

CREATE INDEX attempts_unmeasured ON public.attempts USING btree (id) WHERE (measured < 64);

CREATE INDEX audit_log_action_at ON public.audit_log USING btree (action, at, id);

CREATE INDEX audit_log_actor_at ON public.audit_log USING btree (actor, at, id);

CREATE INDEX audit_log_at ON public.audit_log USING btree (at, id);

CREATE INDEX audit_log_job_at ON public.audit_log USING btree (job_id, at, id) WHERE (job_id IS NOT NULL);

CREATE INDEX audit_log_parts ON public.audit_log USING gin (public.text_parts(((((actor || ' '::text) || COALESCE(reason, ''::text)) || ' '::text) || COALESCE((after ->> 'user'::text), (before ->> 'user'::text), (after ->> 'token'::text), (before ->> 'token'::text), (after ->> 'host'::text), (before ->> 'host'::text), ''::text))));

CREATE INDEX audit_log_refused ON public.audit_log USING btree (at, id) WHERE (outcome = 'refused'::text);

CREATE INDEX audit_log_xid ON public.audit_log USING btree (xid);

CREATE INDEX job_changes_job ON public.job_changes USING btree (job_id, version);

CREATE INDEX job_changes_q ON public.job_changes USING btree (xid) WHERE ((q_from IS NOT NULL) OR (q_to IS NOT NULL));

CREATE INDEX job_changes_xid ON public.job_changes USING btree (xid);

CREATE INDEX job_definitions_rerun_of ON public.job_definitions USING btree (rerun_of) WHERE (rerun_of IS NOT NULL);

CREATE INDEX jobs_awaiting ON public.jobs USING btree (id) WHERE (awaited_hosts <> '[]'::jsonb);

CREATE INDEX jobs_claimable ON public.jobs USING btree (tags, queue_key) WHERE (queue_key IS NOT NULL);

CREATE INDEX jobs_ended ON public.jobs USING btree (ended_at DESC, id) WHERE (ended_at IS NOT NULL);

CREATE INDEX jobs_ended_of_submitter ON public.jobs USING btree (submitted_by, ended_at DESC, id) WHERE (ended_at IS NOT NULL);

CREATE INDEX jobs_ended_on_host ON public.jobs USING btree (host, ended_at DESC, id) WHERE (ended_at IS NOT NULL);

CREATE INDEX jobs_ended_with_status ON public.jobs USING btree (status, ended_at DESC, id) WHERE (ended_at IS NOT NULL);

CREATE INDEX jobs_leased ON public.jobs USING btree (started_at, id) WHERE (lease_expires_at IS NOT NULL);

CREATE INDEX jobs_of_submitter ON public.jobs USING btree (submitted_by, queue_key) WHERE (queue_key IS NOT NULL);

CREATE INDEX jobs_queue ON public.jobs USING btree (queue_key) WHERE (queue_key IS NOT NULL);

CREATE INDEX jobs_search_ended ON public.jobs USING gin (public.job_parts(name, id)) WITH (gin_pending_list_limit='512') WHERE (ended_at IS NOT NULL);

CREATE INDEX jobs_search_queued ON public.jobs USING gin (public.job_parts(name, id)) WITH (gin_pending_list_limit='512') WHERE (queue_key IS NOT NULL);

CREATE INDEX jobs_stop_requested ON public.jobs USING btree (stop_requested_at) WHERE (stop_requested_at IS NOT NULL);

CREATE INDEX login_attempts_until ON public.login_attempts USING btree (until);

CREATE UNIQUE INDEX receipt_series_open ON public.receipt_series USING btree (incarnation) WHERE (over_at IS NULL);

CREATE INDEX render_paces_at ON public.render_paces USING btree (at);

CREATE INDEX sessions_user ON public.sessions USING btree (user_id);

CREATE INDEX submissions_created ON public.submissions USING btree (created_at);

CREATE INDEX submissions_job ON public.submissions USING btree (job_id);

CREATE UNIQUE INDEX users_name ON public.users USING btree (lower(name));

CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (webhook_id, next_try_at) WHERE (state = 'waiting'::text);

CREATE INDEX webhook_deliveries_newest ON public.webhook_deliveries USING btree (at DESC NULLS LAST, id DESC NULLS LAST);

CREATE UNIQUE INDEX webhooks_name ON public.webhooks USING btree (lower(name));

CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_log FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_is_append_only();

CREATE TRIGGER audit_seals_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_seals FOR EACH STATEMENT EXECUTE FUNCTION public.audit_log_is_append_only();

CREATE TRIGGER await_hosts BEFORE UPDATE OF stop_requested_at ON public.jobs FOR EACH ROW WHEN (((old.stop_requested_at IS NULL) AND (new.stop_requested_at IS NOT NULL))) EXECUTE FUNCTION public.await_hosts();

CREATE TRIGGER begin_series_of_life AFTER INSERT ON public.database_incarnations FOR EACH ROW EXECUTE FUNCTION public.begin_series_of_life();

CREATE TRIGGER end_receipt_series AFTER DELETE ON public.database_incarnations FOR EACH STATEMENT EXECUTE FUNCTION public.end_receipt_series();

CREATE TRIGGER number_inserted_receipt AFTER INSERT ON public.jobs FOR EACH ROW WHEN ((new.stop_requested_at IS NOT NULL)) EXECUTE FUNCTION public.number_receipt();

CREATE TRIGGER number_receipt AFTER UPDATE OF stop_requested_at ON public.jobs FOR EACH ROW WHEN (((old.stop_requested_at IS NULL) AND (new.stop_requested_at IS NOT NULL))) EXECUTE FUNCTION public.number_receipt();

CREATE TRIGGER void_queue_counts_of_all AFTER TRUNCATE ON public.jobs FOR EACH STATEMENT EXECUTE FUNCTION public.void_queue_counts();

CREATE TRIGGER void_queue_counts_of_deleted AFTER DELETE ON public.jobs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.void_queue_counts();

CREATE CONSTRAINT TRIGGER write_webhook_deliveries AFTER INSERT ON public.job_changes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status_after = ANY (ARRAY['COMPLETED'::text, 'FAILED'::text, 'CANCELLED'::text]))) EXECUTE FUNCTION public.write_webhook_deliveries();

ALTER TABLE ONLY public.attempt_log
    ADD CONSTRAINT attempt_log_attempt_id_attempts_id_fk FOREIGN KEY (attempt_id) REFERENCES public.attempts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_job_id_jobs_id_fk FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.job_definitions
    ADD CONSTRAINT job_definitions_job_id_jobs_id_fk FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.job_secrets
    ADD CONSTRAINT job_secrets_job_id_jobs_id_fk FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.job_submitters
    ADD CONSTRAINT job_submitters_job_id_jobs_id_fk FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.known_addresses
    ADD CONSTRAINT known_addresses_user_id_users_id_fk FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT receipts_job_id_jobs_id_fk FOREIGN KEY (job_id) REFERENCES public.jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_users_id_fk FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_webhook_id_webhooks_id_fk FOREIGN KEY (webhook_id) REFERENCES public.webhooks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_secrets
    ADD CONSTRAINT webhook_secrets_webhook_id_webhooks_id_fk FOREIGN KEY (webhook_id) REFERENCES public.webhooks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_tries
    ADD CONSTRAINT webhook_tries_delivery_id_webhook_deliveries_id_fk FOREIGN KEY (delivery_id) REFERENCES public.webhook_deliveries(id) ON DELETE CASCADE;

