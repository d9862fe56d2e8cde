-- A time in the form that the API writes.
CREATE OR REPLACE FUNCTION wire_time(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The facts of a job in a message, as they are now. It has nothing of the job's definition, so no
-- secret.
CREATE OR REPLACE FUNCTION message_facts(job jobs) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'job', jsonb_build_object('id', $1.id, 'name', $1.name, 'status', $1.status,
      'submittedBy', $1.submitted_by, 'host', $1.host, 'attempts', $1.attempts,
      'createdAt', public.wire_time($1.created_at), 'startedAt', public.wire_time($1.started_at),
      'endedAt', public.wire_time($1.ended_at), 'failure', $1.failure, 'output', $1.output,
      'warnings', $1.warnings),
    'stop', CASE WHEN $1.stop_requested_at IS NOT NULL THEN jsonb_build_object(
      'outcome', public.stop_outcome($1), 'requestedBy', $1.stop_requested_by,
      'requestedAt', public.wire_time($1.stop_requested_at), 'reason', $1.stop_reason,
      'mayRunOn', public.may_run_on($1)) END)
$$;

-- Adds a message to the outbox of each webhook that asks for the event and whose filter fits the
-- job. The filter for a host fits if an attempt of the job was on that host. Webhooks that also ask
-- for the event `unless` get no message. FOR KEY SHARE: a webhook that is deleted at the same time
-- is left out, and the change goes on.
CREATE OR REPLACE FUNCTION tell_webhooks(event text, unless text, kind text, facts jsonb, job jobs,
  host_name text) RETURNS integer LANGUAGE plpgsql AS $$
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
  RETURN told;
END $$;

-- Adds a message about the end of a job to the outbox if its submission asked for a callback.
CREATE OR REPLACE FUNCTION tell_callback(kind text, job jobs) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO public.webhook_deliveries
      (callback_of, origin_hash, type, job_id, facts, give_up_at)
    SELECT c.job_id, c.origin_hash, $1, c.job_id, public.message_facts($2),
      clock_timestamp() + interval '1 day'
    FROM public.job_callbacks c WHERE c.job_id = ($2).id
$$;

-- Writes the messages about a change that ends a job or changes an ended job. Runs at the end of
-- the transaction, when the attempts have their final state. Runs with the rights of the owner,
-- because the program that changes a job may not read webhooks.
CREATE OR REPLACE FUNCTION write_webhook_deliveries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  job public.jobs;
  outcome text;
  was_settled boolean := false;
  has_ended boolean;
  kind text;
BEGIN
  IF TG_RELID <> 'public.job_changes'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  SELECT * INTO job FROM public.jobs WHERE id = new.job_id;
  IF NOT FOUND OR NOT public.is_final(job.status) THEN RETURN NULL; END IF;
  outcome := CASE WHEN job.stop_requested_at IS NOT NULL THEN public.stop_outcome(job) END;
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
  -- A job may end twice: it failed, and a late report says that it had completed.
  has_ended := was_settled OR new.status_before IS DISTINCT FROM new.status_after;
  IF NOT has_ended THEN RETURN NULL; END IF;
  kind := CASE WHEN job.status = 'FAILED' THEN 'job.failed' ELSE 'job.ended' END;
  PERFORM public.tell_callback(kind, job);
  -- Most farms have few webhooks, and each end of a job would make its facts for nobody.
  IF NOT EXISTS (SELECT FROM public.webhooks WHERE disabled_at IS NULL) THEN RETURN NULL; END IF;
  IF was_settled THEN
    PERFORM public.tell_webhooks('notProven', NULL, 'stop.settled',
      public.message_facts(job), job, NULL);
  END IF;
  IF job.status = 'FAILED' THEN
    PERFORM public.tell_webhooks('ended', NULL, kind, public.message_facts(job), job, NULL);
    PERFORM public.tell_webhooks('failed', 'ended', kind, public.message_facts(job), job, NULL);
  ELSE
    PERFORM public.tell_webhooks('ended', CASE WHEN was_settled THEN 'notProven' END, kind,
      public.message_facts(job), job, NULL);
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER write_webhook_deliveries AFTER INSERT ON job_changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (public.is_final(new.status_after))
  EXECUTE FUNCTION write_webhook_deliveries();
