ALTER TABLE "jobs" ADD COLUMN "tags" text COLLATE "C" DEFAULT '' NOT NULL;
--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "tags" text[] DEFAULT '{}'::text[] NOT NULL;
--> statement-breakpoint
-- Jobs that came before tags meant anything get those of their nexrender job, if it has proper ones.
UPDATE jobs SET tags = wanted.tags
FROM (
  SELECT job_id, array_to_string(array_agg(DISTINCT tag ORDER BY tag), ',') AS tags
  FROM (
    SELECT job_id, btrim(tag) COLLATE "C" AS tag FROM job_definitions,
      unnest(string_to_array(nexrender_job->>'tags', ',')) AS named (tag)
    WHERE jsonb_typeof(nexrender_job->'tags') = 'string') named
  WHERE tag <> '' GROUP BY job_id
  HAVING count(DISTINCT tag) <= 16 AND bool_and(tag ~ '^[A-Za-z0-9._:/@=~-]{1,32}$')
) wanted WHERE id = wanted.job_id;
--> statement-breakpoint
CREATE INDEX "jobs_claimable" ON "jobs" USING btree ("tags","queue_key") WHERE queue_key is not null;
--> statement-breakpoint
-- The sets of tags of waiting jobs whose tags are all offered, each with the key of its first job.
-- It reads one index entry for each of these, and at a set with another tag it goes on at the next
-- set that could be one of them: tags sort as in their sets (domain's readTags).
CREATE FUNCTION claimable_tags(offered text[]) RETURNS TABLE (tags text, head bigint)
LANGUAGE plpgsql STABLE ROWS 5 AS $$
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
--> statement-breakpoint
-- At most how many hosts have a free slot now: a host that sees only its own row asks too.
CREATE FUNCTION hosts_with_free_slots() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT greatest(0, least(count(*), sum(slots)
    - (SELECT count(*) FROM jobs WHERE lease_expires_at IS NOT NULL)))::integer
  FROM render_hosts
  WHERE stopped_at IS NULL AND gone_at IS NULL AND trouble IS NULL AND NOT draining
    AND clock_timestamp() - last_heard_at <= lease_ms * interval '1 millisecond'
$$;
--> statement-breakpoint
-- A host's own login may claim a job only if its row offers all tags of the job.
CREATE OR REPLACE FUNCTION guard_host_job() RETURNS trigger LANGUAGE plpgsql AS $$
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
