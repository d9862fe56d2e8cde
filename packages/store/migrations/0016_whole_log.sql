-- Bytes of the text of a chunk in UTF-8: each line and its end. It is in a generated column, so the
-- place of a chunk in the log never changes, whoever wrote it.
CREATE FUNCTION log_bytes(lines jsonb) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(sum(octet_length(line) + 1), 0)::integer
  FROM pg_catalog.jsonb_array_elements_text($1) AS line
$$;
--> statement-breakpoint
ALTER TABLE "attempt_log" ADD COLUMN "bytes" integer GENERATED ALWAYS AS (log_bytes(lines)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "usage_history" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "log_deleted_at" timestamp (3) with time zone;
--> statement-breakpoint
-- Refuses what no reader expects in a row of a host, as in 0014_host_reports.sql, with the usage of
-- a whole attempt.
CREATE OR REPLACE FUNCTION refuse_malformed(row_after jsonb, changed text[]) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
  wrong text;
  process text := '"pid": "integer", "name": "string"';
  report text := '{"at": "time", "findings": [{"name": "string",
    "state": "ok|done|todo|unknown", "sentence": "string"}]}';
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
    "usage_history": [["number"]],
    "host_identity": {"hostId": "string", "bootId": "string", "machineId": "string?",
      "hardwareId": "string?", "pidNamespace": "string?"},
    "identity": {"hostId": "string", "bootId": "string", "machineId": "string?",
      "hardwareId": "string?", "pidNamespace": "string?"},
    "checks": [{"name": "string", "ok": "boolean?", "sentence": "string"}],
    "preparation": %2$s, "kill_test": %2$s,
    "awaited_hosts": [{"host": "string", "hostId": "string?", "reportedAt": "time?"}],
    "progress": "number", "parts": ["string"], "warnings": ["string"], "lines": ["string"],
    "stream": "nexrender|aerender"
  }$shapes$, process, report);
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
-- As in 0011_host_rights.sql; a host does not say either that a log is deleted.
CREATE OR REPLACE FUNCTION guard_host_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed text[];
BEGIN
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  IF changed && '{id,job_id,number,host,host_id,host_identity,host_login,restored,worker_id,cookie,
        created_at,declared_at,declared_by,declared_reason,log_deleted_at}'
    THEN PERFORM public.refuse_host_login('change whose attempt it is'); END IF;
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  RETURN new;
END $$;
