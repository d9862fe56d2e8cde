-- The sets of tags of waiting jobs that the host offers completely, each with the key of its first
-- job. It reads one index entry for each such set. At a set with a tag that the host does not
-- offer, it jumps to the next set that the host could offer. This works because sets sort in the
-- order of their tags (domain's readTags).
CREATE OR REPLACE FUNCTION claimable_tags(offered text[]) RETURNS TABLE (tags text, head bigint)
LANGUAGE plpgsql STABLE ROWS 5 SET search_path = pg_catalog, public, pg_temp AS $$
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

-- How many hosts have a free slot now. A host that sees only its own row may ask, too. Leases are
-- counted for each host separately, because a draining or silent host may hold many. A lease that
-- has run out does not count: its host may have started again. The planner expects few hosts and
-- few leases, and a nested loop would count all leases once for each host.
CREATE OR REPLACE FUNCTION hosts_with_free_slots() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off AS $$
  SELECT count(*)::integer
  FROM public.render_hosts LEFT JOIN (
    SELECT host, count(*) AS leases FROM public.jobs
    WHERE status IN ('RENDERING', 'CANCELLING') AND lease_expires_at > clock_timestamp()
    GROUP BY host
  ) held ON held.host = name
  WHERE stopped_at IS NULL AND gone_at IS NULL AND problem IS NULL AND NOT draining
    AND drained_at IS NULL
    AND clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond'
    AND slots > coalesce(leases, 0)
$$;

-- How often a host gave a job back because it cannot render, and when it did so last. Runs with the
-- rights of the owner, because attempts under an earlier login of the host count too, and the
-- host's login cannot see those. A host's own login may ask only about its own host. The name is
-- checked, because the name is bound to the login, while a host writes its host_id itself.
CREATE OR REPLACE FUNCTION host_failures(job uuid, host uuid, OUT times bigint,
  OUT last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*), max(ended_at) FROM public.attempts
  WHERE job_id = $1 AND host_id = $2 AND outcome = 'hostFailed'
    AND (NOT public.is_host_login() OR public.owns_host_name(host))
$$;

-- Refuses a claim by a host that may not have the job, whatever version its worker has: a host that
-- is drained, that does not offer all tags of the job, or from which the job is kept away (domain's
-- isKeptOff). The claim of this version never picks such a job. An older one, which does not know
-- the rule, gets no job: the row stays as it is, and the end of a job in the same statement is
-- saved. Runs with the rights of the owner, because a host's own login sees only its own row.
CREATE OR REPLACE FUNCTION check_claim() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  claimer record;
  given record;
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  SELECT tags, host_id, check_held_at, asked_check_held_at, drained_at INTO claimer
    FROM public.render_hosts WHERE name = new.host;
  IF claimer.drained_at IS NOT NULL THEN RETURN NULL; END IF;
  IF old.tags <> '' AND NOT coalesce(string_to_array(old.tags, ',') <@ claimer.tags, false) THEN
    RETURN NULL;
  END IF;
  IF old.attempts > 0 AND claimer.host_id IS NOT NULL THEN
    SELECT count(*) AS times, max(ended_at) AS last_at INTO given FROM public.attempts
      WHERE job_id = old.id AND host_id = claimer.host_id AND outcome = 'hostFailed';
    IF given.times > 0 AND given.last_at >= coalesce(CASE WHEN given.times > 1
        THEN claimer.asked_check_held_at ELSE claimer.check_held_at END, '-infinity') THEN
      RETURN NULL;
    END IF;
  END IF;
  RETURN new;
END $$;

CREATE OR REPLACE TRIGGER check_claim BEFORE UPDATE OF attempt_id ON jobs FOR EACH ROW
  WHEN (new.lease_expires_at IS NOT NULL AND new.attempt_id IS DISTINCT FROM old.attempt_id)
  EXECUTE FUNCTION check_claim();
