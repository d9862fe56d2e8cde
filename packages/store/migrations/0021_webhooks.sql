CREATE TABLE "host_silences" (
	"host" text NOT NULL,
	"last_heard_at" timestamp (3) with time zone NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "host_silences_pkey" PRIMARY KEY("host","last_heard_at")
);
--> statement-breakpoint
CREATE TABLE "unproven_stops" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"settled_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"webhook_id" uuid NOT NULL,
	"type" text NOT NULL,
	"job_id" uuid,
	"host" text,
	"facts" jsonb NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"tries" smallint DEFAULT 0 NOT NULL,
	"next_try_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"give_up_at" timestamp (3) with time zone NOT NULL,
	"lease" uuid,
	CONSTRAINT "webhook_deliveries_type_known" CHECK (type in ('job.ended', 'job.failed', 'stop.notProven', 'stop.settled', 'host.silent', 'webhook.test')),
	CONSTRAINT "webhook_deliveries_state_known" CHECK (state in ('waiting', 'delivered', 'givenUp'))
);
--> statement-breakpoint
CREATE TABLE "webhook_secrets" (
	"webhook_id" uuid PRIMARY KEY NOT NULL,
	"secret" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_tries" (
	"delivery_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"status" smallint,
	"answer" text,
	"error" text,
	CONSTRAINT "webhook_tries_pkey" PRIMARY KEY("delivery_id","number")
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"address" text NOT NULL,
	"events" jsonb NOT NULL,
	"submitted_by" text,
	"name_part" text,
	"host" text,
	"shape" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"disabled_at" timestamp (3) with time zone,
	"disabled_reason" text,
	CONSTRAINT "webhooks_shape_known" CHECK (shape in ('renderdeck', 'slack')),
	CONSTRAINT "webhooks_disabled_whole" CHECK ((disabled_at is null) = (disabled_reason is null))
);
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_secrets" ADD CONSTRAINT "webhook_secrets_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_tries" ADD CONSTRAINT "webhook_tries_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("webhook_id","next_try_at") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries" USING btree ("at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "webhooks_name" ON "webhooks" USING btree (lower("name"));--> statement-breakpoint
-- A time as the API writes it.
CREATE FUNCTION wire_time(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
--> statement-breakpoint
-- How the stop of a job stands, as the domain's deriveCancelReceipt says it; null where none was
-- asked for.
CREATE FUNCTION stop_outcome(job jobs) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN $1.stop_requested_at IS NULL THEN NULL
    WHEN $1.status = 'COMPLETED' THEN 'finishedFirst'
    WHEN $1.status <> 'CANCELLED' THEN 'cancelling'
    WHEN EXISTS (SELECT FROM public.attempts a WHERE a.job_id = $1.id
        AND a.outcome IS NOT NULL AND a.confirmed_at IS NULL AND a.declared_at IS NULL)
      OR EXISTS (SELECT FROM jsonb_array_elements($1.awaited_hosts) AS h (host)
        WHERE host->>'reportedAt' IS NULL AND host->>'declaration' IS NULL)
      THEN 'unconfirmed'
    WHEN EXISTS (SELECT FROM public.attempts a WHERE a.job_id = $1.id
        AND a.confirmed_at IS NULL AND a.declared_at IS NOT NULL)
      OR EXISTS (SELECT FROM jsonb_array_elements($1.awaited_hosts) AS h (host)
        WHERE host->>'reportedAt' IS NULL)
      THEN 'declared'
    ELSE 'cancelled' END
$$;
--> statement-breakpoint
-- Where something of a job may still run: open attempts, awaited hosts, and who is asked to stop.
CREATE FUNCTION may_run_on(job jobs) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(DISTINCT host), '[]') FROM (
    SELECT a.host FROM public.attempts a WHERE a.job_id = $1.id
      AND a.outcome IS NOT NULL AND a.confirmed_at IS NULL AND a.declared_at IS NULL
    UNION ALL SELECT h.host->>'host' FROM jsonb_array_elements($1.awaited_hosts) AS h (host)
      WHERE h.host->>'reportedAt' IS NULL AND h.host->>'declaration' IS NULL
    UNION ALL SELECT $1.host WHERE $1.lease_expires_at IS NOT NULL) AS hosts (host)
$$;
--> statement-breakpoint
-- What a message tells of a job, as it is now. Nothing of its definition, so no secret.
CREATE FUNCTION message_facts(job jobs) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'job', jsonb_build_object('id', $1.id, 'name', $1.name, 'status', $1.status,
      'submittedBy', $1.submitted_by, 'host', $1.host, 'attempts', $1.attempts,
      'createdAt', public.wire_time($1.created_at), 'startedAt', public.wire_time($1.started_at),
      'endedAt', public.wire_time($1.ended_at), 'failure', $1.failure, 'output', $1.output),
    'stop', CASE WHEN $1.stop_requested_at IS NOT NULL THEN jsonb_build_object(
      'outcome', public.stop_outcome($1), 'requestedBy', $1.stop_requested_by,
      'requestedAt', public.wire_time($1.stop_requested_at), 'reason', $1.stop_reason,
      'mayRunOn', public.may_run_on($1)) END)
$$;
--> statement-breakpoint
-- Adds a message to the outbox of each webhook that asks for the event and whose filter fits. A job
-- fits a host where an attempt of it was there. Not for those that ask for `unless` as well. FOR KEY
-- SHARE: a webhook that is deleted meanwhile is left out, and the change goes on.
CREATE FUNCTION tell_webhooks(event text, unless text, kind text, facts jsonb, job jobs,
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
  IF told > 0 THEN PERFORM pg_notify('renderdeck_webhooks', ''); END IF;
  RETURN told;
END $$;
--> statement-breakpoint
-- The outbox of a change that ends a job, or changes one that has ended. At the end of the
-- transaction, when the attempts are as the change leaves them, and with the owner's rights: who
-- changes a job may not see webhooks.
CREATE FUNCTION write_webhook_deliveries() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  job jobs;
  outcome text;
  was_settled boolean := false;
  has_ended boolean;
BEGIN
  SELECT * INTO job FROM jobs WHERE id = new.job_id;
  IF NOT FOUND OR job.status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN RETURN NULL; END IF;
  outcome := stop_outcome(job);
  IF outcome = 'unconfirmed' THEN
    INSERT INTO unproven_stops AS known (job_id) VALUES (job.id)
      ON CONFLICT (job_id) DO UPDATE SET at = clock_timestamp(), settled_at = NULL
        WHERE known.settled_at IS NOT NULL;
    IF FOUND THEN
      PERFORM tell_webhooks('notProven', NULL, 'stop.notProven', message_facts(job), job, NULL);
    END IF;
    RETURN NULL;
  END IF;
  IF outcome IS NOT NULL THEN
    UPDATE unproven_stops SET settled_at = clock_timestamp()
      WHERE job_id = job.id AND settled_at IS NULL;
    was_settled := FOUND;
  END IF;
  has_ended := was_settled OR new.status_before IS NULL
    OR new.status_before NOT IN ('COMPLETED', 'FAILED', 'CANCELLED');
  IF was_settled THEN
    PERFORM tell_webhooks('notProven', NULL, 'stop.settled', message_facts(job), job, NULL);
  END IF;
  IF has_ended AND job.status = 'FAILED' THEN
    PERFORM tell_webhooks('ended', NULL, 'job.failed', message_facts(job), job, NULL);
    PERFORM tell_webhooks('failed', 'ended', 'job.failed', message_facts(job), job, NULL);
  ELSIF has_ended THEN
    PERFORM tell_webhooks('ended', CASE WHEN was_settled THEN 'notProven' END, 'job.ended',
      message_facts(job), job, NULL);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER write_webhook_deliveries AFTER INSERT ON job_changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (new.status_after IN ('COMPLETED', 'FAILED', 'CANCELLED'))
  EXECUTE FUNCTION write_webhook_deliveries();
