-- What a host's own login may reach (decision 0022). Nothing of this file is in force until the
-- first bind_host_login: a farm whose hosts share a login has no policy and no trigger.
-- host-guards.sql says what a login may write.

-- Whether the login of this session is a host's own. A login that may act as the owner of the
-- tables does not count as a host's own.
CREATE OR REPLACE FUNCTION is_host_login() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM pg_catalog.pg_roles login, pg_catalog.pg_roles hosts, pg_catalog.pg_class jobs
    WHERE login.rolname = session_user AND hosts.rolname = 'renderdeck_host'
      AND jobs.oid = 'public.jobs'::regclass
      AND pg_catalog.pg_has_role(login.oid, hosts.oid, 'MEMBER')
      AND NOT pg_catalog.pg_has_role(login.oid, jobs.relowner, 'MEMBER'))
$$;

-- As is_host_login, but false inside a function that runs with the rights of the owner.
CREATE OR REPLACE FUNCTION is_guarded() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT public.is_host_login() AND NOT pg_catalog.pg_has_role(current_user,
    (SELECT relowner FROM pg_catalog.pg_class WHERE oid = 'public.jobs'::regclass), 'MEMBER')
$$;

-- Rejects an action of a host's own login, with an error code of its own.
CREATE OR REPLACE FUNCTION refuse_host_login(what text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'RDHL1',
    MESSAGE = pg_catalog.format('the login %s of a host may not %s', session_user, what);
END $$;

-- Whether this session's login may use the name of a host.
CREATE OR REPLACE FUNCTION owns_host_name(name text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.host_logins WHERE host = $1 AND login = session_user::text)
$$;

-- This and the next one are functions. As subqueries in a policy, they would make the planner read
-- all attempts when it reads many jobs.
CREATE OR REPLACE FUNCTION had_attempt_of(job uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.attempts WHERE job_id = $1 AND host_login = session_user::text)
$$;

CREATE OR REPLACE FUNCTION owns_attempt(attempt uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.attempts WHERE id = $1 AND host_login = session_user::text)
$$;

CREATE OR REPLACE FUNCTION holds_attempt(attempt uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.jobs j JOIN public.attempts a ON a.job_id = j.id
    WHERE a.id = $1 AND j.attempt_id = a.id AND j.lease_expires_at IS NOT NULL
      AND j.host_login = session_user::text AND a.host_login = session_user::text)
$$;

-- Whether a cancel waits for the report of a host whose name is bound to this login.
CREATE OR REPLACE FUNCTION awaits_me(awaited_hosts jsonb) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT $1 <> '[]' AND EXISTS (
    SELECT FROM pg_catalog.jsonb_array_elements($1) AS host
    WHERE host->>'reportedAt' IS NULL AND public.owns_host_name(host->>'host'))
$$;

CREATE OR REPLACE FUNCTION may_see_job(job uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1)
$$;

CREATE OR REPLACE FUNCTION holds_job(job uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1
    AND lease_expires_at IS NOT NULL AND host_login = session_user::text)
$$;

-- The policies and triggers for hosts' own logins, as rules.sql makes them.
CREATE OR REPLACE FUNCTION host_rules()
RETURNS TABLE (kind text, name text, on_table text, statement text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH policies AS (
    SELECT 'public.' || may.name AS on_table, may.see, may.write,
      'host_login = session_user::text' AS own
    FROM (VALUES
      ('jobs', 'queue_key IS NOT NULL OR %s OR public.had_attempt_of(id)'
        || ' OR public.awaits_me(awaited_hosts)', 'true'),
      ('attempts', '%s', '%1$s'),
      ('attempt_log', 'public.owns_attempt(attempt_id)', 'public.owns_attempt(attempt_id)'),
      ('job_outputs', 'public.owns_attempt(attempt_id)', 'public.owns_attempt(attempt_id)'),
      ('job_pictures', 'public.owns_attempt(attempt_id)', 'public.holds_attempt(attempt_id)'),
      ('job_definitions', 'public.may_see_job(job_id)', 'false'),
      ('job_secrets', 'public.holds_job(job_id)', 'false'),
      ('render_hosts', 'public.owns_host_name(name)', 'public.owns_host_name(name)'),
      ('host_logins', 'login = session_user::text', 'false')
    ) AS may (name, see, write)
  )
  SELECT 'POLICY', 'everybody', on_table,
    format('CREATE POLICY everybody ON %s USING (true)', on_table) FROM policies
  UNION ALL SELECT 'POLICY', 'host_login', on_table,
    format('CREATE POLICY host_login ON %s AS RESTRICTIVE TO renderdeck_host
      USING (%s) WITH CHECK (%s)', on_table, format(see, own), format(write, own)) FROM policies
  UNION ALL SELECT 'TRIGGER', guard.name, 'public.' || guard.on_table,
    format('CREATE OR REPLACE TRIGGER %I %s ON public.%I FOR EACH ROW WHEN (%s)
      EXECUTE FUNCTION public.%1$I()', guard.name, moment, guard.on_table, condition)
  FROM (VALUES
    ('guard_host_job', 'BEFORE UPDATE', 'jobs', 'true'),
    ('check_host_job', 'AFTER UPDATE', 'jobs', 'old.version <> new.version'),
    ('guard_new_host_attempt', 'BEFORE INSERT', 'attempts', 'true'),
    ('guard_host_attempt', 'BEFORE UPDATE', 'attempts', 'old.host_login IS NOT NULL'),
    ('guard_host_log', 'BEFORE INSERT', 'attempt_log', 'true'),
    ('guard_host_change', 'BEFORE INSERT', 'job_changes', 'true'),
    ('guard_host_row', 'BEFORE INSERT OR UPDATE', 'render_hosts', 'true'),
    ('adopt_host_attempts', 'AFTER INSERT OR UPDATE', 'render_hosts', 'true')
  ) AS guard (name, moment, on_table, condition)
$$;

-- Makes the role of host logins, and gives it exactly the rights of a worker, column by column. It
-- may be repeated, and locks no table.
CREATE OR REPLACE FUNCTION grant_host_logins() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rule record;
BEGIN
  IF to_regrole('renderdeck_worker') IS NULL THEN
    RAISE 'the role renderdeck_worker is missing; migrate as a user who may make roles';
  END IF;
  IF to_regrole('renderdeck_host') IS NULL THEN
    BEGIN CREATE ROLE renderdeck_host NOLOGIN;
    -- another session made it for another database just now
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  -- No other login may make an operator or function that a query could find first; new databases
  -- have the same rule.
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  REVOKE ALL ON ALL TABLES IN SCHEMA public, drizzle FROM renderdeck_host;
  GRANT USAGE ON SCHEMA public, drizzle TO renderdeck_host;
  FOR rule IN SELECT c.oid, c.oid::regclass AS on_table, a.privilege_type
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)
      AND a.grantee = to_regrole('renderdeck_worker') LOOP
    -- A login that may update a whole table may lock the whole table against everybody, so updates
    -- are granted by column.
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
  PERFORM public.hold_host_login(b.login) FROM public.host_logins b
    WHERE to_regrole(quote_ident(b.login)) IS NOT NULL;
END $$;

-- Makes the role of host logins, its policies and its triggers. The first login of a farm needs it;
-- later, `migrate` brings all of them up to its version. A rule that is right locks no table.
CREATE OR REPLACE FUNCTION restrict_host_logins() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rule record;
BEGIN
  PERFORM public.grant_host_logins();
  FOR rule IN SELECT wanted.* FROM public.host_rules() wanted
      LEFT JOIN public.rules_now() now USING (kind, name, on_table)
      WHERE now.comment IS NULL
        OR now.comment <> public.rule_comment(wanted.statement, now.definition)
      ORDER BY on_table <> 'public.jobs', on_table LOOP
    PERFORM public.make_rule(rule.kind, rule.name, rule.on_table, rule.statement);
  END LOOP;
END $$;

-- Limits a login of a host, and makes the owner of the tables a member of it: so the owner may end
-- its sessions (end_left_sessions). A worker that is replaced while it renders needs up to 18
-- connections through a pooler, and a login may have several hosts. A login that has more rights
-- than those of a host is left alone, because its rights would become those of the owner.
CREATE OR REPLACE FUNCTION hold_host_login(login text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owner name := (SELECT pg_get_userbyid(relowner) FROM pg_class
    WHERE oid = 'public.jobs'::regclass);
BEGIN
  IF EXISTS (SELECT FROM pg_roles r WHERE r.rolname = $1 AND NOT r.rolsuper AND NOT EXISTS (
      SELECT FROM pg_auth_members m
      WHERE m.member = r.oid AND m.roleid <> 'renderdeck_host'::regrole)) THEN
    EXECUTE format('ALTER ROLE %I CONNECTION LIMIT %s', $1,
      20 * greatest(1, (SELECT count(*) FROM public.host_logins b WHERE b.login = $1)));
    EXECUTE format('GRANT %I TO %I', $1, owner)
      || CASE WHEN current_setting('server_version_num')::integer >= 160000
        THEN ' WITH INHERIT TRUE, SET FALSE' ELSE '' END;
  END IF;
-- Another user made the login, or it may act as the owner.
EXCEPTION WHEN insufficient_privilege OR invalid_grant_operation THEN NULL;
END $$;

-- Gives the name of a host to a login, together with the attempts that ran under that name with a
-- shared login. Only the owner of the tables may call it, because nobody else may write
-- host_logins.
CREATE OR REPLACE FUNCTION bind_host_login(host text, login text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- If a login is bound already, `migrate` has brought the rules up to its version.
  IF NOT EXISTS (SELECT FROM public.host_logins) THEN
    PERFORM public.restrict_host_logins();
  END IF;
  IF to_regrole(quote_ident($2)) IS NULL
      OR NOT pg_has_role($2::name, 'renderdeck_host', 'MEMBER') THEN
    RAISE 'the role % is missing or not a member of renderdeck_host', $2;
  END IF;
  INSERT INTO public.host_logins AS bound VALUES ($1, $2)
    ON CONFLICT ON CONSTRAINT host_logins_pkey DO UPDATE SET login = excluded.login;
  PERFORM public.hold_host_login($2);
  UPDATE public.attempts SET host_login = $2 WHERE attempts.host = $1 AND host_login IS NULL;
END $$;
