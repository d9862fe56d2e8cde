-- Writes an audit line for each lost output that a host adds to its row. A host with a login of its
-- own may not write audit lines itself. It could add and remove entries for ever, so one host gets
-- at most 1,000 such lines in a day.
CREATE OR REPLACE FUNCTION tell_lost_outputs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.render_hosts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  INSERT INTO public.audit_log (actor_kind, actor, channel, action, outcome, job_id, after)
  SELECT 'worker', new.name, 'worker', 'reportLostOutput', 'done',
    -- Its shape is any text.
    CASE WHEN lost ->> 'jobId' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      THEN (lost ->> 'jobId')::uuid END,
    jsonb_build_object('host', new.name, 'attempt', lost ->> 'attemptId',
      'output', CASE WHEN (lost -> 'isSure')::boolean THEN 'published' ELSE 'maybe' END,
      'outputs', (SELECT string_agg(path, ', ') FROM jsonb_array_elements_text(lost -> 'outputs')
        AS path))
  FROM jsonb_array_elements(new.lost_outputs) AS lost
  WHERE NOT old.lost_outputs @>
      jsonb_build_array(jsonb_build_object('attemptId', lost -> 'attemptId'))
    AND (SELECT count(*) FROM public.audit_log WHERE actor = new.name
      AND at > clock_timestamp() - interval '1 day' AND action = 'reportLostOutput') < 1000;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER lost_outputs_told AFTER UPDATE OF lost_outputs ON render_hosts
  FOR EACH ROW WHEN (new.lost_outputs IS DISTINCT FROM old.lost_outputs)
  EXECUTE FUNCTION tell_lost_outputs();
