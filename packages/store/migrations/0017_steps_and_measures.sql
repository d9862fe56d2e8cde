CREATE TABLE "measures" (
	"name" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"part" text NOT NULL,
	"at_most_ms" bigint NOT NULL,
	"count" bigint NOT NULL,
	"sum_ms" bigint NOT NULL,
	CONSTRAINT "measures_pkey" PRIMARY KEY("name","hour","part","at_most_ms")
);
--> statement-breakpoint
CREATE TABLE "render_paces" (
	"key" text PRIMARY KEY NOT NULL,
	"renders" integer NOT NULL,
	"mean_ms" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "steps" jsonb;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "progress_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "expected_end_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "measured" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "render_paces_at" ON "render_paces" USING btree ("at");--> statement-breakpoint
CREATE INDEX "attempts_unmeasured" ON "attempts" USING btree ("id") WHERE measured < 64;--> statement-breakpoint
CREATE INDEX "submissions_job" ON "submissions" USING btree ("job_id");--> statement-breakpoint
-- As before, with the steps of an attempt.
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
    "progress": "number", "steps": [{"name": "download|prepare|render|post", "startedAt": "time"}],
    "parts": ["string"], "warnings": ["string"], "lines": ["string"],
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
-- As before, with what the API alone writes: what is measured, and the end that it expects.
CREATE OR REPLACE FUNCTION guard_new_host_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE job public.jobs;
BEGIN
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  new.restored := false;
  new.measured := 0;
  new.expected_end_at := NULL;
  new.host_login := session_user::text;
  PERFORM public.refuse_malformed(to_jsonb(new), public.changed_columns('{}', to_jsonb(new)));
  SELECT * INTO job FROM public.jobs WHERE id = new.job_id;
  IF NOT public.owns_host_name(new.host) OR new.confirmed_at IS NOT NULL
      OR new.declared_at IS NOT NULL OR new.output <> 'none'
    THEN PERFORM public.refuse_host_login('add such an attempt'); END IF;
  IF job.lease_expires_at IS NOT NULL AND job.host_login = new.host_login
      AND job.attempt_id = new.id AND new.outcome IS NULL
    THEN RETURN new; END IF;
  IF new.outcome IS DISTINCT FROM 'lost' OR job.id IS NULL
      OR NOT (job.status = 'QUEUED' OR public.had_attempt_of(job.id)
        OR public.awaits_me(job.awaited_hosts))
    THEN PERFORM public.refuse_host_login('add an attempt to this job'); END IF;
  new.restored := true;
  RETURN new;
END $$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION guard_host_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed text[];
BEGIN
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  IF changed && '{id,job_id,number,host,host_id,host_identity,host_login,restored,worker_id,cookie,
        created_at,declared_at,declared_by,declared_reason,log_deleted_at,measured,
        expected_end_at}'
    THEN PERFORM public.refuse_host_login('change whose attempt it is'); END IF;
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  RETURN new;
END $$;
