-- What a host's own login may write. Each trigger function refuses to run on a table other than its
-- own, so nobody can attach it to another table. The functions come into force with
-- host-logins.sql.

-- A host's login may change a job in four cases. It claims the job. It holds the job. It held the
-- job earlier and adds what it knows (a warning, an output, a restored end). Or it restores an
-- attempt of a job that it held, of a job that waits in the queue, or of a job whose cancel waits
-- for this host. The holder of a job may add attempts only by a claim or a restore, and may not
-- change a cancel or its awaited hosts (decision 0078). It may make only the transitions that the
-- domain's table gives to hosts.
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
  -- Each later claim adds one to these counters, so none may be so large that it overflows.
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
  -- Only await_hosts decides which hosts a cancel waits for, and nobody takes a cancel back.
  IF changed && '{awaited_hosts}'
      AND (old.stop_requested_at IS NOT NULL OR new.stop_requested_at IS NULL)
    THEN PERFORM public.refuse_host_login('change the hosts that a cancel waits for'); END IF;
  IF old.stop_requested_at IS NOT NULL AND (
      changed && '{stop_requested_at,stop_requested_by,stop_channel,stop_reason,stop_attempt_id}'
      OR changed && '{status}' AND NOT public.host_may_move('holds', 'CANCELLING', new.status))
    THEN PERFORM public.refuse_host_login('take back a cancel'); END IF;
  IF public.host_may_move('claims', old.status, new.status) THEN
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
  IF holds AND NOT changed && '{attempts}' AND (NOT changed && '{status}'
      OR public.host_may_move('holds', old.status, new.status))
    THEN RETURN new; END IF;
  IF (old.status = 'QUEUED' OR public.had_attempt_of(old.id)
        OR public.awaits_me(old.awaited_hosts)) AND new.status = old.status
      AND changed <@ '{version,attempts,max_attempts}' AND new.attempts >= old.attempts
      AND new.max_attempts - old.max_attempts = new.attempts - old.attempts
    THEN RETURN new; END IF; -- an attempt is restored; check_host_job checks that it exists
  IF changed && '{attempts}' THEN PERFORM public.refuse_host_login('count a job so'); END IF;
  IF NOT public.had_attempt_of(old.id)
    THEN PERFORM public.refuse_host_login('change a job that it never held'); END IF;
  -- A host may take back only a warning that names one of its own attempts (warnOfOutput).
  IF changed <@ '{version,warnings,output}' AND NOT EXISTS (
      SELECT FROM jsonb_array_elements_text(old.warnings) AS warning
      WHERE NOT new.warnings ? warning AND NOT EXISTS (SELECT FROM public.attempts
        WHERE job_id = old.id AND host_login = session_user::text
          AND position('ttempt ' || number || ' on ' IN warning) > 0))
    THEN RETURN new; END IF;
  IF public.host_may_move('held', old.status, new.status)
      AND NOT changed && '{lease_ms,lease_renewals,max_attempts}'
      AND (new.lease_expires_at IS NULL OR NOT changed @> '{lease_expires_at}')
      AND EXISTS (SELECT FROM public.attempts
        WHERE job_id = old.id AND host_login = session_user::text AND confirmed_at IS NULL
          AND (old.status = 'QUEUED' OR NOT restored))
    THEN RETURN new; END IF;
  PERFORM public.refuse_host_login(
    CASE WHEN holds THEN 'move a job so' ELSE 'change a job that another host holds' END);
END $$;

-- Runs after the statement. It checks that a claim has added its attempt and a change its line of
-- history. It ends the attempt that lost its job to an earlier attempt. Runs with the rights of the
-- owner, because the host's login cannot see these rows.
CREATE OR REPLACE FUNCTION check_host_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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

-- A new attempt must come from the claim in the same statement, or it must be a restored attempt of
-- a job that waits, that this login had an attempt of, or whose cancel waits for this host. Only
-- the API sets `measured` and `expected_end_at`.
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
  -- A number above the job's count of attempts would collide with the job's next claim.
  IF new.outcome IS DISTINCT FROM 'lost' OR job.id IS NULL
      OR new.number NOT BETWEEN 1 AND job.attempts
      OR NOT (job.status = 'QUEUED' OR public.had_attempt_of(job.id)
        OR public.awaits_me(job.awaited_hosts))
    THEN PERFORM public.refuse_host_login('add an attempt to this job'); END IF;
  new.restored := true;
  RETURN new;
END $$;

-- A host may change the facts of its attempt, but not whose attempt it is, and nothing that only
-- the API or an admin writes.
CREATE OR REPLACE FUNCTION guard_host_attempt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE changed text[];
BEGIN
  IF TG_RELID <> 'public.attempts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  IF changed && '{id,job_id,number,host,host_id,host_identity,host_login,restored,worker_id,
        tree_marker,created_at,declared_at,declared_by,declared_reason,log_deleted_at,measured,
        expected_end_at}'
    THEN PERFORM public.refuse_host_login('change whose attempt it is'); END IF;
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  RETURN new;
END $$;

CREATE OR REPLACE FUNCTION guard_host_log() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.attempt_log'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF public.is_guarded() THEN
    PERFORM public.refuse_malformed(to_jsonb(new), '{at,stream,lines}');
  END IF;
  RETURN new;
END $$;

-- A line of history must belong to the change in the same statement, and must say what that change
-- did.
CREATE OR REPLACE FUNCTION guard_host_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
  -- Readers find a line by its id and its transaction, so the host's login may choose neither.
  new.id := nextval(pg_get_serial_sequence('public.job_changes', 'id'));
  RETURN new;
END $$;

-- The host's row says whether its daemon has a login of its own. Its drain belongs to its name: the
-- login may neither change the drain nor leave it behind with another name.
CREATE OR REPLACE FUNCTION guard_host_row() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE changed text[];
BEGIN
  IF TG_RELID <> 'public.render_hosts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF public.is_guarded() THEN
    new.host_login := session_user::text;
    changed := public.changed_columns(
      CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(old) ELSE '{}' END, to_jsonb(new));
    IF TG_OP = 'INSERT' THEN
      new.drained_at := NULL; new.drained_by := NULL; new.drain_reason := NULL;
    ELSIF changed && '{name,drained_at,drained_by,drain_reason}'
      THEN PERFORM public.refuse_host_login('change the drain or the name of a host');
    END IF;
    PERFORM public.refuse_malformed(to_jsonb(new), changed);
  ELSIF TG_OP = 'INSERT' OR new.worker_id <> old.worker_id THEN new.host_login := NULL;
  END IF;
  RETURN new;
END $$;

-- A daemon that registers with a host's own login gets the attempts that ran under its name with a
-- shared login. Attempts of another login stay with that login; when their host was last heard is
-- saved on them.
CREATE OR REPLACE FUNCTION adopt_host_attempts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
    WHERE status IN ('RENDERING', 'CANCELLING') AND host = new.name AND host_login IS NULL;
  IF TG_OP = 'UPDATE' THEN
    UPDATE public.attempts SET host_last_heard_at = greatest(host_last_heard_at, old.last_heard_at)
    WHERE host = new.name AND confirmed_at IS NULL AND host_login IS DISTINCT FROM me
      AND host_id = old.host_id AND host_identity->>'bootId' = old.boot_id;
  END IF;
  RETURN NULL;
END $$;
