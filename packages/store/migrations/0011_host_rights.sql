-- What a host's own login may reach (docs/decisions/0022-a-login-of-its-own.md). Nothing here is in
-- force until the first bind_host_login: farms whose hosts share a login have no policy, no trigger.

-- Whether the login of this session is a host's own. Who may act as the owner of the tables is not.
CREATE FUNCTION is_host_login() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM pg_catalog.pg_roles login, pg_catalog.pg_roles hosts, pg_catalog.pg_class jobs
    WHERE login.rolname = session_user AND hosts.rolname = 'renderdeck_host'
      AND jobs.oid = 'public.jobs'::regclass
      AND pg_catalog.pg_has_role(login.oid, hosts.oid, 'MEMBER')
      AND NOT pg_catalog.pg_has_role(login.oid, jobs.relowner, 'MEMBER'))
$$;
--> statement-breakpoint
-- The same, but false inside a function that runs with the rights of the owner.
CREATE FUNCTION is_guarded() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT public.is_host_login() AND NOT pg_catalog.pg_has_role(current_user,
    (SELECT relowner FROM pg_catalog.pg_class WHERE oid = 'public.jobs'::regclass), 'MEMBER')
$$;
--> statement-breakpoint
-- Whether this session's login may use the name of a host.
CREATE FUNCTION owns_host_name(name text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM public.host_logins WHERE host = $1 AND login = session_user::text)
$$;
--> statement-breakpoint
-- Functions, not subqueries in a policy: the planner would read all attempts once for many jobs.
CREATE FUNCTION had_attempt_of(job uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000 AS $$
  SELECT EXISTS (
    SELECT FROM public.attempts WHERE job_id = $1 AND host_login = session_user::text)
$$;
--> statement-breakpoint
CREATE FUNCTION owns_attempt(attempt uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000 AS $$
  SELECT EXISTS (SELECT FROM public.attempts WHERE id = $1 AND host_login = session_user::text)
$$;
--> statement-breakpoint
-- Whether a cancel waits for what a host with this login's name runs.
CREATE FUNCTION awaits_me(awaited_hosts jsonb) RETURNS boolean LANGUAGE sql STABLE COST 1000 AS $$
  SELECT $1 <> '[]' AND EXISTS (
    SELECT FROM pg_catalog.jsonb_array_elements($1) AS host
    WHERE host->>'reportedAt' IS NULL AND public.owns_host_name(host->>'host'))
$$;
--> statement-breakpoint
CREATE FUNCTION may_see_job(job uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000 AS $$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1)
$$;
--> statement-breakpoint
CREATE FUNCTION holds_job(job uuid) RETURNS boolean LANGUAGE sql STABLE COST 1000 AS $$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1
    AND lease_expires_at IS NOT NULL AND host_login = session_user::text)
$$;
--> statement-breakpoint
CREATE FUNCTION changed_columns(before jsonb, after jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(key), '{}') FROM pg_catalog.jsonb_each($2)
  WHERE value IS DISTINCT FROM $1 -> key AND key <> 'queue_key' -- computed after the trigger
$$;
--> statement-breakpoint
CREATE FUNCTION refuse_host_login(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'RDHL1',
    MESSAGE = pg_catalog.format('the login %s of a host may not %s', session_user, what);
END $$;
--> statement-breakpoint
-- Whether JSON has a shape, so that one host cannot make a list unreadable for all. A shape is an
-- object of shapes, an array of one shape, or a kind: integer, number, string, boolean, time, or the
-- words that are allowed; with ? it may be null or missing.
CREATE FUNCTION has_shape(value jsonb, shape jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE kind text := shape #>> '{}';
BEGIN
  IF jsonb_typeof(shape) = 'object' THEN
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
END $$;
--> statement-breakpoint
-- Refuses what no reader expects in a row of a host: times that are no dates, JSON of another shape.
CREATE FUNCTION refuse_malformed(row_after jsonb, changed text[]) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  wrong text;
  process text := '"pid": "integer", "name": "string"';
  shapes jsonb := format($shapes${
    "stop_report": {
      "processes": [{%1$s, "parentPid": "integer", "startedAt": "time", "endedAt": "time?",
        "endedBy": "itself|SIGTERM|SIGKILL?"}],
      "proof": "noProcess|kernel|forkFree|repeated|rebooted?",
      "survivors": [{%1$s, "state": "string"}],
      "timeToDeadMs": "number?", "firstSignalAt": "time?", "endedAt": "time?"},
    "removal_report": {"files": "integer", "bytes": "integer", "timeToCleanMs": "number",
      "goneAt": "time?", "leftovers": [{"path": "string", "error": "string"}]},
    "usage": [{"at": "time", "cpuPercent": "number", "memoryBytes": "number",
      "processes": "integer"}],
    "host_identity": {"hostId": "string", "bootId": "string", "machineId": "string?",
      "hardwareId": "string?", "pidNamespace": "string?"},
    "identity": {"hostId": "string", "bootId": "string", "machineId": "string?",
      "hardwareId": "string?", "pidNamespace": "string?"},
    "checks": [{"name": "string", "ok": "boolean?", "sentence": "string"}],
    "awaited_hosts": [{"host": "string", "hostId": "string?", "reportedAt": "time?"}],
    "progress": "number", "parts": ["string"], "warnings": ["string"], "lines": ["string"],
    "stream": "nexrender|aerender"
  }$shapes$, process);
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
--> statement-breakpoint
-- A host's login changes a job in four ways: it claims it; it holds it; it held it and adds what it
-- knows (a warning, an output, a restored end); it restores an attempt of such a job, of one that
-- waits in the queue, or of one whose cancel waits for this host.
CREATE FUNCTION guard_host_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed text[];
  holds boolean := old.lease_expires_at IS NOT NULL
    AND old.host_login IS NOT DISTINCT FROM session_user::text;
BEGIN
  IF NOT public.is_guarded() THEN
    IF new.attempt_id IS DISTINCT FROM old.attempt_id THEN new.host_login := NULL; END IF;
    RETURN new;
  END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  IF (new.lease_expires_at IS NOT NULL) <> (new.status IN ('RENDERING', 'CANCELLING'))
    THEN PERFORM public.refuse_host_login('change a status without its lease'); END IF;
  IF new.version = old.version THEN -- a renewal
    IF NOT holds OR new.lease_expires_at IS NULL
        OR NOT changed <@ '{lease_expires_at,lease_ms,lease_renewals}'
      THEN PERFORM public.refuse_host_login('change a job without a new version'); END IF;
    RETURN new;
  END IF;
  IF new.version <> old.version + 1
      OR changed && '{id,name,priority,queue_seq,submitted_by,created_at,host_login}'
    THEN PERFORM public.refuse_host_login('change what was submitted'); END IF;
  IF old.status = 'QUEUED' AND new.status = 'RENDERING' THEN
    IF changed && '{max_attempts,output,stop_requested_at,stop_attempt_id}'
        OR new.attempts <> old.attempts + 1 OR NOT changed @> '{attempt_id}'
        OR new.lease_expires_at IS NULL OR NOT public.owns_host_name(new.host)
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
  IF changed <@ '{version,warnings,output}' AND new.warnings @> old.warnings THEN RETURN new; END IF;
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
-- After the statement: a claim has its attempt, a change has its line, and an attempt that lost its
-- job to an earlier one has ended. With the owner's rights, because the login sees none of these.
CREATE FUNCTION check_host_job() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE me text := session_user;
BEGIN
  IF NOT is_host_login() THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT FROM job_changes WHERE job_id = new.id AND version = new.version)
    THEN PERFORM refuse_host_login('change a job without a line of its history'); END IF;
  IF NOT EXISTS (SELECT FROM attempts WHERE job_id = new.id AND host_login = me
      AND (id = new.attempt_id OR new.attempt_id IS NOT DISTINCT FROM old.attempt_id))
    THEN PERFORM refuse_host_login('claim a job without an attempt'); END IF;
  IF old.lease_expires_at IS NOT NULL AND new.lease_expires_at IS NULL
      AND old.host_login IS DISTINCT FROM me THEN
    UPDATE attempts SET outcome = 'lost', ended_at = clock_timestamp()
    WHERE id = old.attempt_id AND outcome IS NULL;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- A new attempt is of the claim in the same statement, or it is a restored one of a job that waits
-- or of which this login had an attempt.
CREATE FUNCTION guard_new_host_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE job public.jobs;
BEGIN
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  new.restored := false;
  new.host_login := session_user::text;
  PERFORM public.refuse_malformed(to_jsonb(new), public.changed_columns('{}', to_jsonb(new)));
  SELECT * INTO job FROM public.jobs WHERE id = new.job_id;
  IF NOT public.owns_host_name(new.host) OR new.confirmed_at IS NOT NULL
      OR new.declared_at IS NOT NULL OR new.output <> 'none'
    THEN PERFORM public.refuse_host_login('add such an attempt'); END IF;
  IF job.lease_expires_at IS NOT NULL AND job.host_login = new.host_login
      AND job.attempt_id = new.id AND new.outcome IS NULL
    THEN RETURN new; END IF;
  IF new.outcome IS DISTINCT FROM 'lost' OR job.id IS NULL
      OR NOT (job.status = 'QUEUED' OR public.had_attempt_of(job.id)
        OR public.awaits_me(job.awaited_hosts))
    THEN PERFORM public.refuse_host_login('add an attempt to this job'); END IF;
  new.restored := true;
  RETURN new;
END $$;
--> statement-breakpoint
CREATE FUNCTION guard_host_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed text[];
BEGIN
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  IF changed && '{id,job_id,number,host,host_id,host_identity,host_login,restored,worker_id,cookie,
        created_at,declared_at,declared_by,declared_reason}'
    THEN PERFORM public.refuse_host_login('change whose attempt it is'); END IF;
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  RETURN new;
END $$;
--> statement-breakpoint
CREATE FUNCTION guard_host_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF public.is_guarded() THEN
    PERFORM public.refuse_malformed(to_jsonb(new), '{at,stream,lines}');
  END IF;
  RETURN new;
END $$;
--> statement-breakpoint
-- A line of history is of the change in the same statement, and says what that change did.
CREATE FUNCTION guard_host_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  job jobs;
  written xid;
  before text;
  place bigint;
  leaves bigint;
  enters bigint;
BEGIN
  IF NOT is_host_login() THEN RETURN new; END IF;
  SELECT * INTO job FROM jobs WHERE id = new.job_id;
  SELECT xmin INTO written FROM jobs WHERE id = new.job_id;
  SELECT status_after INTO before FROM job_changes
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
      OR EXISTS (SELECT FROM job_changes WHERE job_id = new.job_id AND version = new.version)
      OR NOT (owns_host_name(new.actor) OR EXISTS (SELECT FROM attempts
        WHERE job_id = new.job_id AND host = new.actor AND host_login = session_user::text))
    THEN PERFORM refuse_host_login('write such a line of history'); END IF;
  RETURN new;
END $$;
--> statement-breakpoint
-- The row says whether its daemon came with a login of its own.
CREATE FUNCTION guard_host_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF public.is_guarded() THEN
    new.host_login := session_user::text;
    PERFORM public.refuse_malformed(to_jsonb(new), public.changed_columns(
      CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(old) ELSE '{}' END, to_jsonb(new)));
  ELSIF TG_OP = 'INSERT' OR new.worker_id <> old.worker_id THEN new.host_login := NULL;
  END IF;
  RETURN new;
END $$;
--> statement-breakpoint
-- A daemon that registers with a host's own login gets the attempts that ran under this name with a
-- shared login. Attempts of another login of the name keep theirs, with when they were last heard.
CREATE FUNCTION adopt_host_attempts() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE me text := session_user;
BEGIN
  IF NOT is_host_login() OR (TG_OP = 'UPDATE' AND new.worker_id = old.worker_id)
    THEN RETURN NULL; END IF;
  UPDATE attempts SET host_login = me
    WHERE host = new.name AND confirmed_at IS NULL AND host_login IS NULL;
  UPDATE jobs SET host_login = me
    WHERE lease_expires_at IS NOT NULL AND host = new.name AND host_login IS NULL;
  IF TG_OP = 'UPDATE' THEN
    UPDATE attempts SET host_last_heard_at = greatest(host_last_heard_at, old.last_heard_at)
    WHERE host = new.name AND confirmed_at IS NULL AND host_login IS DISTINCT FROM me
      AND host_id = old.host_id AND host_identity->>'bootId' = old.boot_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- What a host must know of other hosts' attempts of a job that it holds or held: whether one may
-- still publish. No row for a shared login, which sees the attempts themselves.
CREATE FUNCTION other_attempts(job uuid)
RETURNS TABLE (id uuid, number smallint, host text, outcome text, output text,
  confirmed_at timestamptz, declared_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.number, a.host, a.outcome, a.output, a.confirmed_at, a.declared_at
  FROM attempts a
  WHERE is_host_login() AND a.job_id = $1 AND a.host_login IS DISTINCT FROM session_user::text
    AND EXISTS (SELECT FROM attempts own
      WHERE own.job_id = $1 AND own.host_login = session_user::text)
$$;
--> statement-breakpoint
-- How many open attempts of another login the name has. No row of them is shown.
CREATE FUNCTION hidden_open_attempts(name text, owner uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*)::int FROM attempts a
  WHERE is_host_login() AND owns_host_name($1) AND a.host = $1
    AND a.host_login IS DISTINCT FROM session_user::text
    AND a.confirmed_at IS NULL AND a.declared_at IS NULL AND (a.host_id IS NULL OR a.host_id = $2)
$$;
--> statement-breakpoint
-- Whether a job has this id, for a host that sees only jobs that wait and those it held.
CREATE FUNCTION job_is_known(job uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM jobs WHERE id = $1)
$$;
--> statement-breakpoint
-- Makes the role of host logins, its policies, its triggers and, last, its grants. Safe to repeat.
CREATE FUNCTION restrict_host_logins() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rule record;
  own text := 'host_login = session_user::text';
BEGIN
  IF to_regrole('renderdeck_worker') IS NULL THEN
    RAISE 'the role renderdeck_worker is missing; migrate as a user who may make roles';
  END IF;
  IF to_regrole('renderdeck_host') IS NULL THEN CREATE ROLE renderdeck_host NOLOGIN; END IF;
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
  FOR rule IN SELECT c.oid::regclass AS on_table, a.privilege_type
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)
      AND a.grantee = to_regrole('renderdeck_worker') LOOP
    EXECUTE format('GRANT %s ON %s TO renderdeck_host', rule.privilege_type, rule.on_table);
  END LOOP;
  FOR rule IN SELECT c.attrelid::regclass AS on_table, c.attname AS name, a.privilege_type
    FROM pg_attribute c JOIN pg_class t ON t.oid = c.attrelid, aclexplode(c.attacl) a
    WHERE t.relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)
      AND a.grantee = to_regrole('renderdeck_worker') LOOP
    EXECUTE format('GRANT %s (%I) ON %s TO renderdeck_host',
      rule.privilege_type, rule.name, rule.on_table);
  END LOOP;
END $$;
--> statement-breakpoint
-- Gives the name of a host to a login, and with it what ran under that name with a shared login.
-- For the owner of the tables alone: nobody else may write host_logins.
CREATE FUNCTION bind_host_login(host text, login text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.restrict_host_logins();
  IF to_regrole(quote_ident($2)) IS NULL
      OR NOT pg_has_role($2::name, 'renderdeck_host', 'MEMBER') THEN
    RAISE 'the role % is missing or not a member of renderdeck_host', $2;
  END IF;
  INSERT INTO public.host_logins AS bound VALUES ($1, $2)
    ON CONFLICT ON CONSTRAINT host_logins_pkey DO UPDATE SET login = excluded.login;
  UPDATE public.attempts SET host_login = $2 WHERE attempts.host = $1 AND host_login IS NULL;
END $$;
