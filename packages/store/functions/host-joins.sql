-- The logins of hosts that join (decision 0143). To make a login needs CREATEROLE, which only the
-- owner of the tables has. These functions run with the owner's rights, and each does one thing:
--
-- 1. make_host_login makes or changes one login, of renderdeck_host only, for one open invitation.
--    It gets a SCRAM verifier, never a password, and writes the audit line itself: whoever has the
--    API's login can make an invitation and use it, but never without these lines.
-- 2. revoke_host_login ends the login of a host, for an admin; leave_farm ends the caller's own.
-- 3. A login that was ended cannot sign in. Its open sessions lose all rights at once, because the
--    rights are those of renderdeck_host. What it rendered keeps its name.
-- 4. end_left_sessions ends the open sessions of such a login, which could still notify and hold a
--    transaction. The API calls it after each end of a login, and every two seconds.

-- The login of a host, and what the owner lacks to make or to change it: see LOGIN_OBSTACLES of the
-- domain. Before PostgreSQL 16, CREATEROLE is enough.
CREATE OR REPLACE FUNCTION host_login_state(host text)
RETURNS TABLE (login text, owner text, lacks text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT bound.login, me.rolname::text, CASE
    WHEN me.rolsuper THEN NULL
    WHEN NOT me.rolcreaterole THEN 'createRole'
    WHEN current_setting('server_version_num')::integer < 160000 THEN NULL
    WHEN NOT pg_has_role(me.oid, to_regrole('renderdeck_host'), 'MEMBER WITH ADMIN OPTION')
      THEN 'adminOfHosts'
    WHEN NOT pg_has_role(me.oid, to_regrole(quote_ident(bound.login)), 'MEMBER WITH ADMIN OPTION')
      THEN 'adminOfLogin'
  END
  FROM pg_roles me LEFT JOIN public.host_logins bound ON bound.host = $1
  WHERE me.rolname = current_user
$$;

-- Gives the host of an open invitation its login, and returns its name. The update of the
-- invitation is the fence: of two hosts with one token, the second waits, and then finds it used.
-- `asked`: channel, address and requestId of the request, for the audit line.
CREATE OR REPLACE FUNCTION make_host_login(token_hash text, verifier text, asked jsonb)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  invited public.host_invitations;
  made text;
BEGIN
  -- Any other text would be a password in plain text for PostgreSQL.
  IF $2 !~ '^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$' THEN
    RAISE invalid_parameter_value USING MESSAGE = 'this is no SCRAM verifier';
  END IF;
  -- One join after the other: the first one of a farm makes the policies and their rights.
  LOCK TABLE public.host_logins IN SHARE ROW EXCLUSIVE MODE;
  UPDATE public.host_invitations i SET joined_at = clock_timestamp()
    WHERE i.token_hash = $1 AND i.joined_at IS NULL AND i.withdrawn_at IS NULL
      AND i.expires_at > clock_timestamp()
    RETURNING * INTO invited;
  IF NOT FOUND THEN
    RAISE insufficient_privilege USING MESSAGE = 'no open invitation has this token';
  END IF;
  SELECT b.login INTO made FROM public.host_logins b WHERE b.host = invited.host;
  IF made IS NOT NULL AND NOT invited.replaces THEN
    RAISE insufficient_privilege USING MESSAGE = 'the host has a login already';
  END IF;
  IF to_regrole('renderdeck_host') IS NULL THEN PERFORM public.grant_host_logins(); END IF;
  -- Logins belong to the cluster, where another farm may have a host of this name, and a copy of
  -- this farm a login of this invitation. A login that is not bound here is never changed.
  -- PostgreSQL cuts a name off after 63 bytes.
  IF made IS NULL THEN
    made := format('host_%s_%s', left(invited.host, 49), left(invited.id::text, 8));
    WHILE to_regrole(quote_ident(made)) IS NOT NULL LOOP
      made := format('host_%s_%s', left(invited.host, 49), left(gen_random_uuid()::text, 8));
    END LOOP;
  END IF;
  -- A database that was restored into another cluster names logins that are not there.
  IF to_regrole(quote_ident(made)) IS NULL THEN
    EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L IN ROLE renderdeck_host', made, $2);
  ELSE
    EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', made, $2);
  END IF;
  PERFORM public.bind_host_login(invited.host, made);
  UPDATE public.host_invitations i
    SET login = made, verifier_hash = encode(sha256(convert_to($2, 'UTF8')), 'hex')
    WHERE i.id = invited.id;
  INSERT INTO public.audit_log
    (actor_kind, actor, channel, address, request_id, action, outcome, after)
  VALUES ('worker', invited.host, $3->>'channel', $3->>'address', $3->>'requestId', 'joinHost',
    'done', jsonb_build_object('host', invited.host, 'login', made,
      'invitedBy', invited.created_by));
  RETURN made;
END $$;

-- Ends a login: it cannot sign in, has no rights, and no host name. Only the owner may call it.
CREATE OR REPLACE FUNCTION end_host_login(login text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM public.host_logins b WHERE b.login = $1;
  -- A database that was restored into another cluster names logins that are not there.
  IF to_regrole(quote_ident($1)) IS NOT NULL THEN
    EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', $1);
    EXECUTE format('REVOKE renderdeck_host FROM %I', $1);
    -- PostgreSQL only warns if another user granted it.
    IF pg_has_role($1::name, 'renderdeck_host', 'MEMBER') THEN
      RAISE insufficient_privilege
        USING MESSAGE = format('another user granted renderdeck_host to %s', $1);
    END IF;
  END IF;
END $$;

-- Ends the login that has the name of a host.
CREATE OR REPLACE FUNCTION revoke_host_login(host text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM public.end_host_login(b.login) FROM public.host_logins b WHERE b.host = $1;
END $$;

-- Ends the caller's own login, with an audit line. `sure` is the name of that login, because no
-- login should end by chance.
CREATE OR REPLACE FUNCTION leave_farm(sure text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT public.is_host_login() OR $1 IS DISTINCT FROM 'leave ' || session_user::text THEN
    RAISE insufficient_privilege USING MESSAGE = 'only a login of a host may end itself';
  END IF;
  INSERT INTO public.audit_log (actor_kind, actor, channel, action, outcome, before)
  SELECT 'worker', b.host, 'worker', 'leaveFarm', 'done',
    jsonb_build_object('host', b.host, 'login', b.login)
  FROM public.host_logins b WHERE b.login = session_user::text;
  PERFORM public.end_host_login(session_user::text);
END $$;

-- Ends the sessions that a host's login may not keep, because no setting of PostgreSQL can limit
-- them against the will of the login. Returns the login and the reason of each session that it
-- ended:
--
-- `ended`: the login was ended.
-- `transaction`: it has lasted for too long. It keeps VACUUM from its work, and the queue of
-- notifications from being emptied: when that is filling, five seconds are too long.
-- `locks`: the login holds more locks than a worker ever does. Every login may take advisory locks,
-- and the table of locks, which has room for some thousands, is everybody's.
CREATE OR REPLACE FUNCTION end_left_sessions(longest interval)
RETURNS TABLE (login text, reason text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH held AS MATERIALIZED (
    -- hold_host_login made it so. A superuser has the rights of each login without it.
    SELECT r.oid, r.rolname::text AS login, r.rolcanlogin
    FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
    WHERE m.member = to_regrole(quote_ident(current_user)) AND NOT r.rolsuper
      AND pg_has_role(current_user, r.oid, 'USAGE')
      AND (NOT r.rolcanlogin OR EXISTS (
        SELECT FROM public.host_logins b WHERE b.login = r.rolname))
  ), session AS MATERIALIZED (
    SELECT DISTINCT a.pid, a.xact_start, held.* FROM pg_stat_activity a
    JOIN held ON held.oid = a.usesysid
  ), many_locks AS MATERIALIZED (
    SELECT session.login FROM pg_locks JOIN session USING (pid)
    GROUP BY session.login HAVING count(*) > 1000
  ), left_over AS MATERIALIZED (
    SELECT login, pid, CASE
      WHEN NOT rolcanlogin THEN 'ended'
      WHEN xact_start < clock_timestamp() - CASE WHEN pg_notification_queue_usage() > 0.25
        THEN least($1, '5 s') ELSE $1 END THEN 'transaction'
      WHEN login IN (SELECT many.login FROM many_locks many) THEN 'locks'
    END AS reason FROM session
  )
  SELECT login, reason FROM left_over WHERE reason IS NOT NULL AND pg_terminate_backend(pid)
$$;
