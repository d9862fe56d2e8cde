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
-- counted for each host separately, because a draining or silent host may hold many.
CREATE OR REPLACE FUNCTION hosts_with_free_slots() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT count(*)::integer
  FROM public.render_hosts LEFT JOIN (
    SELECT host, count(*) AS leases FROM public.jobs WHERE lease_expires_at IS NOT NULL
    GROUP BY host
  ) held ON held.host = name
  WHERE stopped_at IS NULL AND gone_at IS NULL AND problem IS NULL AND NOT draining
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
