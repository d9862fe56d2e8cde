ALTER TABLE "render_hosts" ADD COLUMN "preparation" jsonb;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "kill_test" jsonb;--> statement-breakpoint
-- Refuses what no reader expects in a row of a host: times that are no dates, JSON of another
-- shape. As in 0011_host_rights.sql, with the reports of a host.
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
