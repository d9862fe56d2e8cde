-- An early build returned fewer columns, and CREATE OR REPLACE cannot add any. A function that fits
-- is not dropped, because programs may call it now.
DO $$ BEGIN
  IF pg_get_function_result(to_regprocedure('public.other_attempts(uuid)'))
      NOT LIKE '%publications%' THEN DROP FUNCTION public.other_attempts(uuid); END IF;
END $$;

-- What a host must know of other hosts' attempts of a job that it holds or held: what they have put
-- out, and whether one of them may still publish. A shared login gets no rows, because it can read
-- the attempts themselves.
CREATE OR REPLACE FUNCTION other_attempts(job uuid)
RETURNS TABLE(id uuid, number smallint, host text, outcome text, output text,
  publications jsonb, all_published boolean, confirmed_at timestamptz, declared_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.id, a.number, a.host, a.outcome, a.output, a.publications, a.all_published,
    a.confirmed_at, a.declared_at
  FROM public.attempts a
  WHERE public.is_host_login() AND a.job_id = $1
    AND a.host_login IS DISTINCT FROM session_user::text
    AND EXISTS (SELECT FROM public.attempts own
      WHERE own.job_id = $1 AND own.host_login = session_user::text)
$$;

-- How many open attempts of other logins the name has. The attempts themselves are not shown.
CREATE OR REPLACE FUNCTION hidden_open_attempts(name text, owner uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::int FROM public.attempts a
  WHERE public.is_host_login() AND public.owns_host_name($1) AND a.host = $1
    AND a.host_login IS DISTINCT FROM session_user::text
    AND a.confirmed_at IS NULL AND a.declared_at IS NULL AND (a.host_id IS NULL OR a.host_id = $2)
$$;

-- Whether a job has this id. A host needs it because it sees only waiting jobs and jobs that it
-- held.
CREATE OR REPLACE FUNCTION job_is_known(job uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1)
$$;
