CREATE TABLE "work_locks" (
	"name" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
INSERT INTO work_locks VALUES ('queueOrder'), ('queueCounts'), ('auditSeals'), ('oldSecrets'),
  ('oldJobs'), ('oldLogs'), ('measures'), ('estimates'), ('receiptSeries'),
  ('accountNames');
--> statement-breakpoint
-- Takes a lock until the transaction ends.
CREATE FUNCTION take_work_lock(work text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.work_locks WHERE name = work FOR UPDATE;
  IF NOT FOUND THEN RAISE 'the lock % is missing in work_locks', work; END IF;
END $$;
--> statement-breakpoint
-- The same, but false where another transaction has it.
CREATE FUNCTION try_work_lock(work text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.work_locks WHERE name = work FOR UPDATE SKIP LOCKED;
  IF FOUND THEN RETURN true; END IF;
  IF EXISTS (SELECT FROM public.work_locks WHERE name = work) THEN RETURN false; END IF;
  RAISE 'the lock % is missing in work_locks', work;
END $$;
--> statement-breakpoint
-- Below, whatever runs with the owner's rights or for a host finds nothing but what it names in
-- full, and a trigger function works on its own table alone.
CREATE OR REPLACE FUNCTION database_life() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT concat_ws('-', control.system_identifier,
    ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0'), life_of.oid,
    to_regclass('public.job_changes')::oid)
  FROM pg_control_system() control, pg_database life_of
  WHERE life_of.datname = current_database()
$$;
--> statement-breakpoint
-- A cancel waits for the hosts that have not told this life of the database what they run, where it
-- may have lost a claim of the job (store's LIFE says what a life is). A host that signed off runs
-- nothing, and one that an admin wrote off is not waited for. The database sets it, because a
-- host's own login sees no other host, and nobody who restores a cancel may leave one out.
CREATE FUNCTION await_hosts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
--> statement-breakpoint
CREATE TRIGGER await_hosts BEFORE UPDATE OF stop_requested_at ON jobs FOR EACH ROW
  WHEN (old.stop_requested_at IS NULL AND new.stop_requested_at IS NOT NULL)
  EXECUTE FUNCTION await_hosts();
--> statement-breakpoint
DROP FUNCTION unreported_hosts(text);
--> statement-breakpoint
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
    WHERE lease_expires_at IS NOT NULL AND host = new.name AND host_login IS NULL;
  IF TG_OP = 'UPDATE' THEN
    UPDATE public.attempts SET host_last_heard_at = greatest(host_last_heard_at, old.last_heard_at)
    WHERE host = new.name AND confirmed_at IS NULL AND host_login IS DISTINCT FROM me
      AND host_id = old.host_id AND host_identity->>'bootId' = old.boot_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
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
--> statement-breakpoint
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
  IF holds THEN RETURN new; END IF;
  IF (old.status = 'QUEUED' OR public.had_attempt_of(old.id)
        OR public.awaits_me(old.awaited_hosts)) AND new.status = old.status
      AND changed <@ '{version,attempts,max_attempts}' AND new.attempts >= old.attempts
      AND new.max_attempts - old.max_attempts = new.attempts - old.attempts
    THEN RETURN new; END IF; -- an attempt is restored; check_host_job looks for it
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
      AND job.attempt_id = new.id AND new.outcome IS NULL
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
CREATE OR REPLACE FUNCTION guard_host_attempt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
--> statement-breakpoint
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
--> statement-breakpoint
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
  -- By its id and its transaction others find a line: neither is the login's to say.
  new.id := nextval(pg_get_serial_sequence('public.job_changes', 'id'));
  RETURN new;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard_host_row() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
    PERFORM public.begin_receipt_series(life);
  END IF;
  INSERT INTO public.receipts (job_id) VALUES (new.id) ON CONFLICT (job_id) DO NOTHING;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION write_webhook_deliveries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION end_receipt_series() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.database_incarnations'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  UPDATE public.receipt_series SET over_at = clock_timestamp() WHERE over_at IS NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION void_queue_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION begin_receipt_series(life text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION other_attempts(job uuid)
RETURNS TABLE(id uuid, number smallint, host text, outcome text, output text,
  confirmed_at timestamptz, declared_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.id, a.number, a.host, a.outcome, a.output, a.confirmed_at, a.declared_at
  FROM public.attempts a
  WHERE public.is_host_login() AND a.job_id = $1
    AND a.host_login IS DISTINCT FROM session_user::text
    AND EXISTS (SELECT FROM public.attempts own
      WHERE own.job_id = $1 AND own.host_login = session_user::text)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION hidden_open_attempts(name text, owner uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::int FROM public.attempts a
  WHERE public.is_host_login() AND public.owns_host_name($1) AND a.host = $1
    AND a.host_login IS DISTINCT FROM session_user::text
    AND a.confirmed_at IS NULL AND a.declared_at IS NULL AND (a.host_id IS NULL OR a.host_id = $2)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION job_is_known(job uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1)
$$;
--> statement-breakpoint
-- A host's own login asks of its own host alone.
CREATE OR REPLACE FUNCTION host_failures(job uuid, host uuid, OUT times bigint,
  OUT last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*), max(ended_at) FROM public.attempts
  WHERE job_id = $1 AND host_id = $2 AND outcome = 'hostFailed'
    AND (NOT public.is_host_login() OR EXISTS (SELECT FROM public.render_hosts h
      WHERE h.host_id = $2 AND public.owns_host_name(h.name)))
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION hosts_with_free_slots() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::integer
  FROM public.render_hosts LEFT JOIN (
    SELECT host, count(*) AS leases FROM public.jobs WHERE lease_expires_at IS NOT NULL
    GROUP BY host
  ) held ON held.host = name
  WHERE stopped_at IS NULL AND gone_at IS NULL AND trouble IS NULL AND NOT draining
    AND clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond'
    AND slots > coalesce(leases, 0)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION copy_order(source uuid, copy uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.job_definitions (job_id, nexrender_job, limits, hidden, rerun_of)
    SELECT copy, nexrender_job, limits, hidden, job_id FROM public.job_definitions
    WHERE job_id = source AND secrets_deleted_at IS NULL;
  IF NOT FOUND THEN RAISE 'the order of job % cannot be copied', source; END IF;
  INSERT INTO public.job_secrets (job_id, secrets)
    SELECT copy, secrets FROM public.job_secrets WHERE job_id = source;
END $$;
--> statement-breakpoint
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
      AND NOT EXISTS (SELECT FROM jsonb_array_elements(j.awaited_hosts) AS h
        WHERE h->>'reportedAt' IS NULL AND h->>'declaration' IS NULL)
      AND NOT EXISTS (SELECT FROM public.attempts a WHERE a.job_id = j.id AND (a.outcome IS NULL
        OR (a.confirmed_at IS NULL AND a.declared_at IS NULL) OR a.confirmed_at > settled
        OR a.parts <> '[]' OR jsonb_path_exists(a.removal_report, '$.leftovers[*]')
        OR a.measured & 2 = 0 OR (a.id = j.stop_attempt_id AND a.measured & 4 = 0)
        OR EXISTS (SELECT FROM public.attempt_log l WHERE l.attempt_id = a.id)))
      AND NOT EXISTS (SELECT FROM public.job_changes c WHERE c.job_id = j.id AND c.at > settled)
    ORDER BY j.ended_at LIMIT most FOR UPDATE OF j SKIP LOCKED) AS old;
  DELETE FROM public.jobs WHERE id = ANY (gone);
  DELETE FROM public.unproven_stops WHERE job_id = ANY (gone);
  RETURN QUERY SELECT unnest(gone);
END $$;
--> statement-breakpoint
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION queue_fold() RETURNS bigint
LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
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
--> statement-breakpoint
CREATE OR REPLACE FUNCTION queue_recount() RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
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
--> statement-breakpoint
-- What runs with the rights of a host's own login, for the rules about it.
ALTER FUNCTION audit_log_is_append_only SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION awaits_me SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION changed_columns SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION had_attempt_of SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION has_shape SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION holds_job SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION is_guarded SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION is_host_login SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION job_parts SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION log_bytes SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION may_see_job SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION owns_attempt SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION owns_host_name SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION refuse_host_login SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION refuse_malformed SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION wire_time SET search_path = pg_catalog, pg_temp;
--> statement-breakpoint
ALTER FUNCTION claimable_tags SET search_path = pg_catalog, public, pg_temp;
--> statement-breakpoint
-- A host's own login has the rights of a worker, column by column.
CREATE OR REPLACE FUNCTION restrict_host_logins() RETURNS void LANGUAGE plpgsql AS $$
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
