-- A database of the release before levels of the schema, as its `migrate` made it: its migrations
-- up to 0001_publications, its functions and its grants.
CREATE SCHEMA drizzle;
CREATE TABLE drizzle.__drizzle_migrations
  (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);
SET check_function_bodies = off;

-- The size of a chunk's text in UTF-8, in bytes: each line with its line feed. A generated column
-- has this value, so the place of a chunk in the log never changes and no writer can change it.
CREATE OR REPLACE FUNCTION log_bytes(lines jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(sum(octet_length(line) + 1), 0)::integer
  FROM pg_catalog.jsonb_array_elements_text($1) AS line
$$;

-- Whether the transaction that runs is the one that is named. It is declared immutable only because
-- a generated column requires that. A dump contains no generated values, so a restore computes them
-- again.
CREATE OR REPLACE FUNCTION is_this_transaction(named text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
  SELECT $1 = pg_current_xact_id()::text || ' ' || extract(epoch FROM transaction_timestamp())
$$;

-- Before the first release, these functions and an index were named after parts of a text. A new
-- name keeps the indexes that use the functions.
DO $$ BEGIN
  IF to_regprocedure('public.job_parts(text, uuid)') IS NOT NULL THEN
    ALTER FUNCTION public.text_parts(text) RENAME TO text_trigrams;
    ALTER FUNCTION public.job_parts(text, uuid) RENAME TO job_trigrams;
    ALTER FUNCTION public.find_parts(text) RENAME TO find_trigrams;
    ALTER INDEX public.audit_log_parts RENAME TO audit_log_trigrams;
  END IF;
END $$;

-- The trigrams of a text in small letters: one begins at each letter, and the last two are shorter.
-- A search asks for them with find_trigrams. The function is written in plpgsql because a session
-- keeps the plan: PostgreSQL would plan the body of an SQL function again for each statement that
-- writes a row of the index. No function here calls another one, because ANALYZE and a restore look
-- up functions in pg_catalog only. It does not need the extension pg_trgm, so it works on every
-- PostgreSQL. The high cost tells the planner to read the trigrams from an index instead of
-- computing them for each row.
CREATE OR REPLACE FUNCTION text_trigrams(value text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000 AS $$
DECLARE
  t text := lower(value);
  trigrams text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    trigrams[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(trigrams);
END $$;

-- The trigrams of a job's name and id.
CREATE OR REPLACE FUNCTION job_trigrams(name text, id uuid) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5000
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t text := lower(name || ' ' || id::text);
  trigrams text[] := '{}';
BEGIN
  FOR i IN 1..length(t) LOOP
    trigrams[i] := substr(t, i, 3);
  END LOOP;
  RETURN array_to_tsvector(trigrams);
END $$;

-- The query that asks for all trigrams of a text. A text of one or two letters matches the start of
-- a trigram.
CREATE OR REPLACE FUNCTION find_trigrams(wanted text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT string_agg(
      '''' || replace(replace(substr(t, i, 3), '\', '\\'), '''', '''''') || ''''
        || CASE WHEN length(t) < 3 THEN ':*' ELSE '' END, ' & ')::tsquery
  FROM lower($1) t, generate_series(1, greatest(length(t) - 2, 1)) i
$$;

CREATE SEQUENCE "public"."job_queue_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 281474976710655 START WITH 1 CACHE 1;

CREATE TABLE "api_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"secret_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "api_tokens_secret" UNIQUE("secret_hash"),
	CONSTRAINT "api_tokens_role_known" CHECK (role in ('viewer', 'submitter', 'admin'))
);


CREATE TABLE "known_addresses" (
	"user_id" uuid NOT NULL,
	"address_group" text NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "known_addresses_pkey" PRIMARY KEY("user_id","address_group")
);


CREATE TABLE "login_attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"next_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);


CREATE TABLE "refusal_counts" (
	"minute" timestamp (3) with time zone NOT NULL,
	"who" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor" text NOT NULL,
	"channel" text NOT NULL,
	"address" text,
	"whole" integer NOT NULL,
	"more" jsonb NOT NULL,
	CONSTRAINT "refusal_counts_pkey" PRIMARY KEY("minute","who")
);


CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"address" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"idle_ms" integer DEFAULT 14400000 NOT NULL
);


CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "users_role_known" CHECK (role in ('viewer', 'submitter', 'admin'))
);


CREATE TABLE "api_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp (3) with time zone
);


CREATE TABLE "applied_functions" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"hash" text NOT NULL,
	"version" text NOT NULL,
	"functions" jsonb NOT NULL,
	"applied_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);


CREATE TABLE "attempt_log" (
	"attempt_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"stream" text NOT NULL,
	"lines" jsonb NOT NULL,
	"bytes" integer GENERATED ALWAYS AS (log_bytes(lines)) STORED NOT NULL,
	CONSTRAINT "attempt_log_pkey" PRIMARY KEY("attempt_id","seq")
);


CREATE TABLE "attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"job_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"host" text NOT NULL,
	"host_id" uuid,
	"host_identity" jsonb,
	"host_login" text,
	"restored" boolean DEFAULT false NOT NULL,
	"host_last_heard_at" timestamp (3) with time zone,
	"worker_id" uuid NOT NULL,
	"tree_marker" text NOT NULL,
	"outcome" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"phase" text,
	"progress" real DEFAULT 0 NOT NULL,
	"frame" integer,
	"total_frames" integer,
	"usage" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"usage_history" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"log_deleted_at" timestamp (3) with time zone,
	"steps" jsonb,
	"progress_at" timestamp (3) with time zone,
	"expected_end_at" timestamp (3) with time zone,
	"measured" smallint DEFAULT 0 NOT NULL,
	"output" text DEFAULT 'none' NOT NULL,
	"scratch_path" text,
	"tree" jsonb,
	"stop_delivered_at" timestamp (3) with time zone,
	"stop_report" jsonb,
	"removal_report" jsonb,
	"confirmed_at" timestamp (3) with time zone,
	"unproven_reason" text,
	"declared_at" timestamp (3) with time zone,
	"declared_by" text,
	"declared_reason" text,
	"parts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "attempts_number" UNIQUE("job_id","number"),
	CONSTRAINT "attempts_outcome_known" CHECK (outcome in ('completed', 'failed', 'stopped', 'lost', 'released', 'hostFailed')),
	CONSTRAINT "attempts_output_known" CHECK (output in ('none', 'maybe', 'published')),
	CONSTRAINT "attempts_declared_whole" CHECK ((declared_at is null) = (declared_by is null)
        and (declared_at is null) = (declared_reason is null))
);


CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"actor_kind" text NOT NULL,
	"actor" text NOT NULL,
	"channel" text NOT NULL,
	"address" text,
	"request_id" text,
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"code" text,
	"job_id" uuid,
	"reason" text,
	"before" jsonb,
	"after" jsonb,
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "audit_log_outcome_known" CHECK (outcome in ('done', 'noop', 'refused'))
);


CREATE TABLE "audit_seals" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"audit_id" bigint NOT NULL,
	"hash" text NOT NULL,
	"sealed_below" "xid8" NOT NULL,
	"sealed_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "audit_seals_line" UNIQUE("audit_id")
);


CREATE TABLE "database_incarnations" (
	"incarnation" text PRIMARY KEY NOT NULL,
	"last_change_id" bigint NOT NULL,
	"last_queue_seq" bigint,
	"seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);


CREATE TABLE "host_logins" (
	"host" text PRIMARY KEY NOT NULL,
	"login" text NOT NULL
);


CREATE TABLE "job_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "job_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"job_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"event" text NOT NULL,
	"status_before" text,
	"status_after" text NOT NULL,
	"actor" text NOT NULL,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"q_from" bigint,
	"q_to" bigint
);


CREATE TABLE "job_changes_forgotten" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"xid" "xid8" NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);


CREATE TABLE "job_definitions" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"nexrender_job" jsonb NOT NULL,
	"limits" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"hidden" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"secrets_deleted_at" timestamp (3) with time zone,
	"rerun_of" uuid
);


CREATE TABLE "job_secrets" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"secrets" jsonb NOT NULL
);


CREATE TABLE "job_submitters" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"account_id" uuid NOT NULL
);


CREATE TABLE "jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'QUEUED' NOT NULL,
	"priority" smallint DEFAULT 50 NOT NULL,
	"tags" text COLLATE "C" DEFAULT '' NOT NULL,
	"queue_seq" bigint DEFAULT nextval('job_queue_seq') NOT NULL,
	"queue_key" bigint GENERATED ALWAYS AS (case when status = 'QUEUED' then ((100 - priority)::bigint << 48) | queue_seq end) STORED,
	"version" integer DEFAULT 1 NOT NULL,
	"submitted_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"max_attempts" smallint NOT NULL,
	"attempt_id" uuid,
	"host" text,
	"host_login" text,
	"lease_expires_at" timestamp (3) with time zone,
	"lease_ms" integer,
	"lease_renewals" bigint DEFAULT 0 NOT NULL,
	"output" text DEFAULT 'none' NOT NULL,
	"stop_requested_at" timestamp (3) with time zone,
	"stop_requested_by" text,
	"stop_channel" text,
	"stop_reason" text,
	"stop_attempt_id" uuid,
	"awaited_hosts" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"failure" text,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "jobs_status_known" CHECK (status in ('QUEUED', 'RENDERING', 'CANCELLING', 'CANCELLED', 'COMPLETED', 'FAILED')),
	CONSTRAINT "jobs_output_known" CHECK (output in ('none', 'maybe', 'published')),
	CONSTRAINT "jobs_priority_range" CHECK (priority between 0 and 100),
	CONSTRAINT "jobs_queue_seq_range" CHECK (queue_seq between 1 and 281474976710655),
	CONSTRAINT "jobs_stop_whole" CHECK ((stop_requested_at is null) = (stop_requested_by is null) and (stop_requested_at is null) = (stop_channel is null)),
	CONSTRAINT "jobs_lease_has_attempt" CHECK (lease_expires_at is null or (attempt_id is not null and host is not null))
);


CREATE TABLE "measures" (
	"name" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"part" text NOT NULL,
	"at_most_ms" bigint NOT NULL,
	"count" bigint NOT NULL,
	"sum_ms" bigint NOT NULL,
	CONSTRAINT "measures_pkey" PRIMARY KEY("name","hour","part","at_most_ms")
);


CREATE TABLE "render_paces" (
	"key" text PRIMARY KEY NOT NULL,
	"renders" integer NOT NULL,
	"mean_ms" bigint NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);


CREATE TABLE "queue_counts" (
	"lvl" smallint NOT NULL,
	"blk" bigint NOT NULL,
	"n" bigint NOT NULL,
	CONSTRAINT "queue_counts_pkey" PRIMARY KEY("lvl","blk")
);


CREATE TABLE "queue_folds" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"snap" "pg_snapshot" NOT NULL,
	"after_id" bigint NOT NULL,
	"folded_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"writer" text,
	"in_force" boolean GENERATED ALWAYS AS (is_this_transaction(writer)) STORED
);


CREATE TABLE "receipt_series" (
	"incarnation" text NOT NULL,
	"after" bigint NOT NULL,
	"begun_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"over_at" timestamp (3) with time zone,
	CONSTRAINT "receipt_series_pkey" PRIMARY KEY("incarnation","begun_at")
);


CREATE TABLE "receipts" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "receipts_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"job_id" uuid NOT NULL,
	CONSTRAINT "receipts_job" UNIQUE("job_id")
);


CREATE TABLE "render_hosts" (
	"name" text PRIMARY KEY NOT NULL,
	"worker_id" uuid NOT NULL,
	"host_id" uuid,
	"identity" jsonb,
	"host_login" text,
	"boot_id" text NOT NULL,
	"pid" integer NOT NULL,
	"start_token" text NOT NULL,
	"slots" smallint NOT NULL,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"version" text NOT NULL,
	"platform" text NOT NULL,
	"renderer" text NOT NULL,
	"stand_in" boolean NOT NULL,
	"container" text NOT NULL,
	"session" integer,
	"booted_at" timestamp (3) with time zone,
	"render_user" text,
	"lease_ms" integer NOT NULL,
	"journal_sent_to" text,
	"problem" text,
	"free_bytes" bigint,
	"leftover_folders" integer DEFAULT 0 NOT NULL,
	"unclaimed_processes" integer DEFAULT 0 NOT NULL,
	"draining" boolean DEFAULT false NOT NULL,
	"check_asked_at" timestamp (3) with time zone,
	"check_asked_by" text,
	"checked_at" timestamp (3) with time zone,
	"checks" jsonb,
	"check_held_at" timestamp (3) with time zone,
	"asked_check_held_at" timestamp (3) with time zone,
	"preparation" jsonb,
	"kill_test" jsonb,
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_heard_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"stopped_at" timestamp (3) with time zone,
	"released_at" timestamp (3) with time zone,
	"released_by" text,
	"gone_at" timestamp (3) with time zone,
	"gone_by" text,
	"gone_reason" text
);


CREATE TABLE "submissions" (
	"principal" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"job_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "submissions_pkey" PRIMARY KEY("principal","key")
);


CREATE TABLE "host_silences" (
	"host" text NOT NULL,
	"last_heard_at" timestamp (3) with time zone NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "host_silences_pkey" PRIMARY KEY("host","last_heard_at")
);


CREATE TABLE "unproven_stops" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"settled_at" timestamp (3) with time zone
);


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


CREATE TABLE "webhook_secrets" (
	"webhook_id" uuid PRIMARY KEY NOT NULL,
	"secret" text NOT NULL
);


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
	"paused_until" timestamp (3) with time zone,
	"disabled_reason" text,
	CONSTRAINT "webhooks_shape_known" CHECK (shape in ('renderdeck', 'slack')),
	CONSTRAINT "webhooks_disabled_whole" CHECK ((disabled_at is null) = (disabled_reason is null))
);


CREATE TABLE "work_locks" (
	"name" text PRIMARY KEY NOT NULL
);


ALTER TABLE "known_addresses" ADD CONSTRAINT "known_addresses_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "attempt_log" ADD CONSTRAINT "attempt_log_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "attempts" ADD CONSTRAINT "attempts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "job_definitions" ADD CONSTRAINT "job_definitions_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "job_secrets" ADD CONSTRAINT "job_secrets_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "job_submitters" ADD CONSTRAINT "job_submitters_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "receipts" ADD CONSTRAINT "receipts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "webhook_secrets" ADD CONSTRAINT "webhook_secrets_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;

ALTER TABLE "webhook_tries" ADD CONSTRAINT "webhook_tries_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;

CREATE UNIQUE INDEX "api_tokens_name" ON "api_tokens" USING btree (lower("name"));

CREATE INDEX "login_attempts_until" ON "login_attempts" USING btree ("until");

CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");

CREATE UNIQUE INDEX "users_name" ON "users" USING btree (lower("name"));

CREATE INDEX "api_runs_started" ON "api_runs" USING btree ("started_at");

CREATE INDEX "attempts_unconfirmed" ON "attempts" USING btree ("host") WHERE confirmed_at is null;

CREATE INDEX "attempts_unconfirmed_host" ON "attempts" USING btree ("host_id") WHERE confirmed_at is null;

CREATE INDEX "attempts_host_failed" ON "attempts" USING btree ("job_id","host_id") WHERE outcome = 'hostFailed';

CREATE INDEX "attempts_logged" ON "attempts" USING btree ("ended_at") WHERE log_deleted_at is null;

CREATE INDEX "attempts_unmeasured" ON "attempts" USING btree ("id") WHERE measured < 64;

CREATE INDEX "attempts_ended" ON "attempts" USING btree ("ended_at","host","outcome") WHERE ended_at is not null;

CREATE INDEX "attempts_parts" ON "attempts" USING btree ("host_id") WHERE parts <> '[]'::jsonb;

CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at","id");

CREATE INDEX "audit_log_job_at" ON "audit_log" USING btree ("job_id","at","id") WHERE job_id is not null;

CREATE INDEX "audit_log_actor_at" ON "audit_log" USING btree ("actor","at","id");

CREATE INDEX "audit_log_action_at" ON "audit_log" USING btree ("action","at","id");

CREATE INDEX "audit_log_refused" ON "audit_log" USING btree ("at","id") WHERE outcome = 'refused';

CREATE INDEX "audit_log_trigrams" ON "audit_log" USING gin (text_trigrams((actor || ' ' || coalesce(reason, '') || ' ' || coalesce(after->>'user', before->>'user', after->>'token', before->>'token', after->>'host', before->>'host', ''))));

CREATE INDEX "audit_log_xid" ON "audit_log" USING btree ("xid");

CREATE INDEX "job_changes_xid" ON "job_changes" USING btree ("xid");

CREATE INDEX "job_changes_q" ON "job_changes" USING btree ("xid") WHERE q_from is not null or q_to is not null;

CREATE INDEX "job_changes_job" ON "job_changes" USING btree ("job_id","version");

CREATE INDEX "job_definitions_rerun_of" ON "job_definitions" USING btree ("rerun_of") WHERE rerun_of is not null;

CREATE INDEX "jobs_queue" ON "jobs" USING btree ("queue_key") WHERE queue_key is not null;

CREATE INDEX "jobs_claimable" ON "jobs" USING btree ("tags","queue_key") WHERE queue_key is not null;

CREATE INDEX "jobs_leased" ON "jobs" USING btree ("started_at","id") WHERE lease_expires_at is not null;

CREATE INDEX "jobs_stop_requested" ON "jobs" USING btree ("stop_requested_at") WHERE stop_requested_at is not null;

CREATE INDEX "jobs_awaiting" ON "jobs" USING btree ("id") WHERE awaited_hosts <> '[]'::jsonb;

CREATE INDEX "jobs_ended" ON "jobs" USING btree ("ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;

CREATE INDEX "jobs_search_queued" ON "jobs" USING gin (job_trigrams(name, id)) WITH (gin_pending_list_limit=512) WHERE queue_key is not null;

CREATE INDEX "jobs_search_ended" ON "jobs" USING gin (job_trigrams(name, id)) WITH (gin_pending_list_limit=512) WHERE ended_at is not null;

CREATE INDEX "jobs_of_submitter" ON "jobs" USING btree ("submitted_by","queue_key") WHERE queue_key is not null;

CREATE INDEX "jobs_ended_of_submitter" ON "jobs" USING btree ("submitted_by","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;

CREATE INDEX "jobs_ended_on_host" ON "jobs" USING btree ("host","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;

CREATE INDEX "jobs_ended_with_status" ON "jobs" USING btree ("status","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;

CREATE INDEX "render_paces_at" ON "render_paces" USING btree ("at");

CREATE UNIQUE INDEX "receipt_series_open" ON "receipt_series" USING btree ("incarnation") WHERE over_at is null;

CREATE INDEX "submissions_created" ON "submissions" USING btree ("created_at");

CREATE INDEX "submissions_job" ON "submissions" USING btree ("job_id");

CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("webhook_id","next_try_at") WHERE state = 'waiting';

CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries" USING btree ("at" DESC NULLS LAST,"id" DESC NULLS LAST);

CREATE UNIQUE INDEX "webhooks_name" ON "webhooks" USING btree (lower("name"));

-- A queue's table churns at its head: keep finished entries from piling up in front of every claim.
ALTER TABLE jobs SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
  autovacuum_analyze_scale_factor = 0.05);


ALTER TABLE queue_counts SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_threshold = 500);


ALTER TABLE queue_folds SET (fillfactor = 10);

INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('ce5ee858e8fe143dfe1db1ecbbda5f45bac3f8f087cb680fa5659581e2716cb4', 1795915154329);
ALTER TABLE "attempts" ADD COLUMN "publications" jsonb DEFAULT '[]'::jsonb NOT NULL;

ALTER TABLE "attempts" ADD COLUMN "all_published" boolean DEFAULT false NOT NULL;
INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('245f233f4e580acf28a8d7b689a3abe698044c35f75802804a6f4494631cf657', 1795962177334);
-- What a host may write into its JSON: a shape for each column.
CREATE OR REPLACE FUNCTION host_shapes() RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '{"stop_report":{"processes":[{"pid":"integer","name":"string","parentPid":"integer","startedAt":"time?","endedBy":"itself|SIGTERM|SIGKILL?","endedAt":"time?"}],"proof":"noProcess|kernel|forkFree|repeated|rebooted?","survivors":[{"pid":"integer","name":"string","state":"string"}],"timeToDeadMs":"number?","firstSignalAt":"time?","endedAt":"time?","deadAt":"time?","rounds":"integer?"},"removal_report":{"files":"integer","bytes":"integer","leftovers":[{"path":"string","error":"string"}],"timeToCleanMs":"number","goneAt":"time?"},"tree":{"attemptId":"string","treeMarker":"string","bootId":"string","machineId":"string?","hardwareId":"string?","pidNamespace":"string?","root":{"?":{"bootId":"string","pid":"integer","startToken":"string"}},"container":{"?":{"kind":"cgroup|subreaper|jobObject|none","path":"string?"}},"members":[{"pid":"integer","startToken":"string","name":"string","parentPid":"integer","startedAt":"time?"}]},"usage":[{"at":"time","cpuPercent":"number","memoryBytes":"number","processes":"integer"}],"usage_history":[["number"]],"host_identity":{"hostId":"string","machineId":"string?","hardwareId":"string?","bootId":"string","pidNamespace":"string?"},"identity":{"hostId":"string","machineId":"string?","hardwareId":"string?","bootId":"string","pidNamespace":"string?"},"checks":[{"name":"string","ok":"boolean?","sentence":"string"}],"preparation":{"at":"time","findings":[{"name":"string","state":"ok|done|todo|unknown","sentence":"string"}]},"kill_test":{"at":"time","findings":[{"name":"string","state":"ok|done|todo|unknown","sentence":"string"}]},"progress":"number","steps":[{"name":"download|prepare|render|post","startedAt":"time"}],"parts":["string"],"publications":[{"what":"string","state":"maybe|published|skipped"}],"warnings":["string"],"lines":["string"],"stream":"nexrender|aerender"}'::jsonb
$$;

-- Whether a host that stands so to a job may move it from one status to another.
CREATE OR REPLACE FUNCTION host_may_move(standing text, status_from text, status_to text)
RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '{"claims":["QUEUED>RENDERING"],"holds":["RENDERING>CANCELLING","CANCELLING>CANCELLED","RENDERING>COMPLETED","CANCELLING>COMPLETED","RENDERING>FAILED","RENDERING>QUEUED"],"held":["QUEUED>CANCELLED","RENDERING>CANCELLING","QUEUED>COMPLETED","RENDERING>COMPLETED","FAILED>COMPLETED"]}'::jsonb -> $1 ? ($2 || '>' || $3)
$$;

-- Whether a job of this status has ended. The body is parsed now, so it needs no search
-- path, and PostgreSQL can put the condition in place of the call and use an index for it.
CREATE OR REPLACE FUNCTION is_final(status text) RETURNS boolean LANGUAGE sql IMMUTABLE
  RETURN status IN ('CANCELLED', 'COMPLETED', 'FAILED');

-- The locks of work_locks.
INSERT INTO work_locks (name)
  SELECT jsonb_array_elements_text('["queueOrder","queueCounts","auditSeals","oldSecrets","oldJobs","oldLogs","measures","estimates","receiptSeries","accountNames"]') ON CONFLICT DO NOTHING;

-- Rejects every change and deletion of an audit line or a seal.
CREATE OR REPLACE FUNCTION audit_log_is_append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: no line is ever changed or deleted', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE OR REPLACE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();

CREATE OR REPLACE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals
  FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();

-- The first changes that a reader with the snapshot `since` has not seen, of this incarnation of
-- the database (after an id). It always uses the index of transactions. Without these settings,
-- after one transaction with very many changes (an import), the planner expected each transaction
-- to have so many changes and read the whole history.
CREATE OR REPLACE FUNCTION unseen_changes(since pg_snapshot, after_id bigint, most integer)
RETURNS TABLE (id bigint, xid xid8, job_id uuid, version integer, event text, status_before text,
  status_after text, actor text, at timestamptz)
LANGUAGE plpgsql STABLE ROWS 100
SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
BEGIN
  -- Transaction ids ahead of the snapshot came with a dump. Their changes count as seen.
  RETURN QUERY SELECT c.id, c.xid, c.job_id, c.version, c.event, c.status_before, c.status_after,
    c.actor, c.at
  FROM (
    SELECT * FROM job_changes c
    WHERE c.xid >= pg_snapshot_xmax(since) AND c.xid < pg_snapshot_xmax(pg_current_snapshot())
      AND c.id + 0 > after_id
    UNION ALL
    SELECT * FROM job_changes c
    WHERE c.xid = ANY (array(SELECT pg_snapshot_xip(since))) AND c.id + 0 > after_id
  ) c LIMIT most;
END $$;

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

-- What a host's own login may write. Each trigger function refuses to run on a table other than its
-- own, so nobody can attach it to another table. The functions come into force with
-- host-logins.sql.

-- A host's login may change a job in four cases. It claims the job. It holds the job. It held the
-- job earlier and adds what it knows (a warning, an output, a restored end). Or it restores an
-- attempt of a job that it held, of a job that waits in the queue, or of a job whose cancel waits
-- for this host. The holder of a job may add attempts only by a claim or a restore, and may not
-- change a cancel or its awaited hosts (decision 0078). It may make only the transitions that the
-- domain's table gives to hosts.
CREATE OR REPLACE FUNCTION guard_host_job() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  changed text[];
  holds boolean := old.lease_expires_at IS NOT NULL
    AND old.host_login IS NOT DISTINCT FROM session_user::text;
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_guarded() THEN
    IF new.attempt_id IS DISTINCT FROM old.attempt_id THEN new.host_login := NULL; END IF;
    RETURN new;
  END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  -- Each later claim adds one to these counters, so none may be so large that it overflows.
  IF new.attempts NOT BETWEEN old.attempts AND greatest(old.attempts, 999) + 1
      OR new.attempts > 9999 AND new.status = 'QUEUED' AND changed && '{status,attempts}'
      OR new.max_attempts NOT BETWEEN old.max_attempts AND old.max_attempts + 1000
      OR new.max_attempts > 9999 AND changed && '{max_attempts}'
      OR new.lease_renewals NOT BETWEEN old.lease_renewals AND old.lease_renewals + 1
    THEN PERFORM public.refuse_host_login('count a job so'); END IF;
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
  -- Only await_hosts decides which hosts a cancel waits for, and nobody takes a cancel back.
  IF changed && '{awaited_hosts}'
      AND (old.stop_requested_at IS NOT NULL OR new.stop_requested_at IS NULL)
    THEN PERFORM public.refuse_host_login('change the hosts that a cancel waits for'); END IF;
  IF old.stop_requested_at IS NOT NULL AND (
      changed && '{stop_requested_at,stop_requested_by,stop_channel,stop_reason,stop_attempt_id}'
      OR changed && '{status}' AND NOT public.host_may_move('holds', 'CANCELLING', new.status))
    THEN PERFORM public.refuse_host_login('take back a cancel'); END IF;
  IF public.host_may_move('claims', old.status, new.status) THEN
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
  IF holds AND NOT changed && '{attempts}' AND (NOT changed && '{status}'
      OR public.host_may_move('holds', old.status, new.status))
    THEN RETURN new; END IF;
  IF (old.status = 'QUEUED' OR public.had_attempt_of(old.id)
        OR public.awaits_me(old.awaited_hosts)) AND new.status = old.status
      AND changed <@ '{version,attempts,max_attempts}' AND new.attempts >= old.attempts
      AND new.max_attempts - old.max_attempts = new.attempts - old.attempts
    THEN RETURN new; END IF; -- an attempt is restored; check_host_job checks that it exists
  IF changed && '{attempts}' THEN PERFORM public.refuse_host_login('count a job so'); END IF;
  IF NOT public.had_attempt_of(old.id)
    THEN PERFORM public.refuse_host_login('change a job that it never held'); END IF;
  -- A host may take back only a warning that names one of its own attempts (warnOfOutput).
  IF changed <@ '{version,warnings,output}' AND NOT EXISTS (
      SELECT FROM jsonb_array_elements_text(old.warnings) AS warning
      WHERE NOT new.warnings ? warning AND NOT EXISTS (SELECT FROM public.attempts
        WHERE job_id = old.id AND host_login = session_user::text
          AND position('ttempt ' || number || ' on ' IN warning) > 0))
    THEN RETURN new; END IF;
  IF public.host_may_move('held', old.status, new.status)
      AND NOT changed && '{lease_ms,lease_renewals,max_attempts}'
      AND (new.lease_expires_at IS NULL OR NOT changed @> '{lease_expires_at}')
      AND EXISTS (SELECT FROM public.attempts
        WHERE job_id = old.id AND host_login = session_user::text AND confirmed_at IS NULL
          AND (old.status = 'QUEUED' OR NOT restored))
    THEN RETURN new; END IF;
  PERFORM public.refuse_host_login(
    CASE WHEN holds THEN 'move a job so' ELSE 'change a job that another host holds' END);
END $$;

-- Runs after the statement. It checks that a claim has added its attempt and a change its line of
-- history. It ends the attempt that lost its job to an earlier attempt. Runs with the rights of the
-- owner, because the host's login cannot see these rows.
CREATE OR REPLACE FUNCTION check_host_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE me text := session_user;
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_host_login() THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT FROM public.job_changes WHERE job_id = new.id AND version = new.version)
    THEN PERFORM public.refuse_host_login('change a job without a line of its history'); END IF;
  IF NOT EXISTS (SELECT FROM public.attempts WHERE job_id = new.id AND host_login = me
      AND (id = new.attempt_id OR new.attempt_id IS NOT DISTINCT FROM old.attempt_id))
    THEN PERFORM public.refuse_host_login('claim a job without an attempt'); END IF;
  IF old.lease_expires_at IS NOT NULL AND new.lease_expires_at IS NULL
      AND old.host_login IS DISTINCT FROM me THEN
    UPDATE public.attempts SET outcome = 'lost', ended_at = clock_timestamp()
    WHERE id = old.attempt_id AND outcome IS NULL;
  END IF;
  RETURN NULL;
END $$;

-- A new attempt must come from the claim in the same statement, or it must be a restored attempt of
-- a job that waits, that this login had an attempt of, or whose cancel waits for this host. Only
-- the API sets `measured` and `expected_end_at`.
CREATE OR REPLACE FUNCTION guard_new_host_attempt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE job public.jobs;
BEGIN
  IF TG_RELID <> 'public.attempts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
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
      AND job.attempt_id = new.id AND job.attempts = new.number AND new.outcome IS NULL
    THEN RETURN new; END IF;
  -- A number above the job's count of attempts would collide with the job's next claim.
  IF new.outcome IS DISTINCT FROM 'lost' OR job.id IS NULL
      OR new.number NOT BETWEEN 1 AND job.attempts
      OR NOT (job.status = 'QUEUED' OR public.had_attempt_of(job.id)
        OR public.awaits_me(job.awaited_hosts))
    THEN PERFORM public.refuse_host_login('add an attempt to this job'); END IF;
  new.restored := true;
  RETURN new;
END $$;

-- A host may change the facts of its attempt, but not whose attempt it is, and nothing that only
-- the API or an admin writes.
CREATE OR REPLACE FUNCTION guard_host_attempt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE changed text[];
BEGIN
  IF TG_RELID <> 'public.attempts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_guarded() THEN RETURN new; END IF;
  changed := public.changed_columns(to_jsonb(old), to_jsonb(new));
  IF changed && '{id,job_id,number,host,host_id,host_identity,host_login,restored,worker_id,
        tree_marker,created_at,declared_at,declared_by,declared_reason,log_deleted_at,measured,
        expected_end_at}'
    THEN PERFORM public.refuse_host_login('change whose attempt it is'); END IF;
  PERFORM public.refuse_malformed(to_jsonb(new), changed);
  RETURN new;
END $$;

CREATE OR REPLACE FUNCTION guard_host_log() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.attempt_log'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF public.is_guarded() THEN
    PERFORM public.refuse_malformed(to_jsonb(new), '{at,stream,lines}');
  END IF;
  RETURN new;
END $$;

-- A line of history must belong to the change in the same statement, and must say what that change
-- did.
CREATE OR REPLACE FUNCTION guard_host_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  job public.jobs;
  written xid;
  before text;
  place bigint;
  leaves bigint;
  enters bigint;
BEGIN
  IF TG_RELID <> 'public.job_changes'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_host_login() THEN RETURN new; END IF;
  SELECT * INTO job FROM public.jobs WHERE id = new.job_id;
  SELECT xmin INTO written FROM public.jobs WHERE id = new.job_id;
  SELECT status_after INTO before FROM public.job_changes
    WHERE job_id = new.job_id AND version < new.version ORDER BY version DESC LIMIT 1;
  place := ((100 - job.priority)::bigint << 48) | job.queue_seq;
  leaves := CASE WHEN new.status_before = 'QUEUED' AND new.status_after <> 'QUEUED' THEN place END;
  enters := CASE WHEN new.status_before <> 'QUEUED' AND new.status_after = 'QUEUED' THEN place END;
  new.xid := pg_current_xact_id();
  new.at := clock_timestamp();
  IF written IS DISTINCT FROM new.xid::xid
      OR (new.version, new.status_after) IS DISTINCT FROM (job.version, job.status)
      OR new.status_before IS DISTINCT FROM coalesce(before, new.status_before)
      OR new.q_from IS DISTINCT FROM leaves OR new.q_to IS DISTINCT FROM enters
      OR EXISTS (SELECT FROM public.job_changes WHERE job_id = new.job_id AND version = new.version)
      OR NOT (public.owns_host_name(new.actor) OR EXISTS (SELECT FROM public.attempts
        WHERE job_id = new.job_id AND host = new.actor AND host_login = session_user::text))
    THEN PERFORM public.refuse_host_login('write such a line of history'); END IF;
  -- Readers find a line by its id and its transaction, so the host's login may choose neither.
  new.id := nextval(pg_get_serial_sequence('public.job_changes', 'id'));
  RETURN new;
END $$;

-- The host's row says whether its daemon has a login of its own.
CREATE OR REPLACE FUNCTION guard_host_row() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.render_hosts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF public.is_guarded() THEN
    new.host_login := session_user::text;
    PERFORM public.refuse_malformed(to_jsonb(new), public.changed_columns(
      CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(old) ELSE '{}' END, to_jsonb(new)));
  ELSIF TG_OP = 'INSERT' OR new.worker_id <> old.worker_id THEN new.host_login := NULL;
  END IF;
  RETURN new;
END $$;

-- A daemon that registers with a host's own login gets the attempts that ran under its name with a
-- shared login. Attempts of another login stay with that login; when their host was last heard is
-- saved on them.
CREATE OR REPLACE FUNCTION adopt_host_attempts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE me text := session_user;
BEGIN
  IF TG_RELID <> 'public.render_hosts'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT public.is_host_login() OR (TG_OP = 'UPDATE' AND new.worker_id = old.worker_id)
    THEN RETURN NULL; END IF;
  UPDATE public.attempts SET host_login = me
    WHERE host = new.name AND confirmed_at IS NULL AND host_login IS NULL;
  UPDATE public.jobs SET host_login = me
    WHERE lease_expires_at IS NOT NULL AND host = new.name AND host_login IS NULL;
  IF TG_OP = 'UPDATE' THEN
    UPDATE public.attempts SET host_last_heard_at = greatest(host_last_heard_at, old.last_heard_at)
    WHERE host = new.name AND confirmed_at IS NULL AND host_login IS DISTINCT FROM me
      AND host_id = old.host_id AND host_identity->>'bootId' = old.boot_id;
  END IF;
  RETURN NULL;
END $$;

-- What a host's own login may reach (decision 0022). Nothing of this file is in force until the
-- first bind_host_login: a farm whose hosts share a login has no policy and no trigger.
-- host-guards.sql says what a login may write.

-- Whether the login of this session is a host's own. A login that may act as the owner of the
-- tables does not count as a host's own.
CREATE OR REPLACE FUNCTION is_host_login() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM pg_catalog.pg_roles login, pg_catalog.pg_roles hosts, pg_catalog.pg_class jobs
    WHERE login.rolname = session_user AND hosts.rolname = 'renderdeck_host'
      AND jobs.oid = 'public.jobs'::regclass
      AND pg_catalog.pg_has_role(login.oid, hosts.oid, 'MEMBER')
      AND NOT pg_catalog.pg_has_role(login.oid, jobs.relowner, 'MEMBER'))
$$;

-- As is_host_login, but false inside a function that runs with the rights of the owner.
CREATE OR REPLACE FUNCTION is_guarded() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT public.is_host_login() AND NOT pg_catalog.pg_has_role(current_user,
    (SELECT relowner FROM pg_catalog.pg_class WHERE oid = 'public.jobs'::regclass), 'MEMBER')
$$;

-- Rejects an action of a host's own login, with an error code of its own.
CREATE OR REPLACE FUNCTION refuse_host_login(what text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'RDHL1',
    MESSAGE = pg_catalog.format('the login %s of a host may not %s', session_user, what);
END $$;

-- Whether this session's login may use the name of a host.
CREATE OR REPLACE FUNCTION owns_host_name(name text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.host_logins WHERE host = $1 AND login = session_user::text)
$$;

-- This and the next one are functions. As subqueries in a policy, they would make the planner read
-- all attempts when it reads many jobs.
CREATE OR REPLACE FUNCTION had_attempt_of(job uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM public.attempts WHERE job_id = $1 AND host_login = session_user::text)
$$;

CREATE OR REPLACE FUNCTION owns_attempt(attempt uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.attempts WHERE id = $1 AND host_login = session_user::text)
$$;

-- Whether a cancel waits for the report of a host whose name is bound to this login.
CREATE OR REPLACE FUNCTION awaits_me(awaited_hosts jsonb) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT $1 <> '[]' AND EXISTS (
    SELECT FROM pg_catalog.jsonb_array_elements($1) AS host
    WHERE host->>'reportedAt' IS NULL AND public.owns_host_name(host->>'host'))
$$;

CREATE OR REPLACE FUNCTION may_see_job(job uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1)
$$;

CREATE OR REPLACE FUNCTION holds_job(job uuid) RETURNS boolean
LANGUAGE sql STABLE COST 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM public.jobs WHERE id = $1
    AND lease_expires_at IS NOT NULL AND host_login = session_user::text)
$$;

-- The definition of a policy or trigger now, and the comment that make_rule gave it.
CREATE OR REPLACE FUNCTION rule_now(name text, on_table regclass)
RETURNS TABLE (definition text, comment text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ROW(polcmd, polpermissive, polroles::regrole[], pg_get_expr(polqual, polrelid),
    pg_get_expr(polwithcheck, polrelid))::text, obj_description(oid, 'pg_policy')
  FROM pg_policy WHERE polname = $1 AND polrelid = $2
  UNION ALL SELECT ROW(tgenabled, pg_get_triggerdef(oid))::text, obj_description(oid, 'pg_trigger')
  FROM pg_trigger WHERE tgname = $1 AND tgrelid = $2
$$;

-- Makes a policy or trigger with a statement, or makes it anew if another statement made it or
-- somebody changed it. The comment of the rule says which statement made it and how it was then.
-- A rule that is right is not touched, because a new one locks the table against all writers.
CREATE OR REPLACE FUNCTION make_rule(kind text, name text, on_table regclass, statement text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rule text := format('%s %I ON %s', kind, name, on_table);
  mark text := 'restrict_host_logins made this: ';
BEGIN
  IF EXISTS (SELECT FROM public.rule_now(name, on_table)
      WHERE comment = mark || md5(statement || definition)) THEN RETURN; END IF;
  IF kind = 'POLICY' THEN EXECUTE format('DROP POLICY IF EXISTS %I ON %s', name, on_table); END IF;
  EXECUTE statement;
  SELECT mark || md5(statement || definition) INTO mark FROM public.rule_now(name, on_table);
  EXECUTE format('COMMENT ON %s IS %L', rule, mark);
END $$;

-- Makes the role of host logins, its policies, its triggers and, last, its grants, which are those
-- of a worker, column by column. It may be repeated: what differs from this version is made anew,
-- and nothing else locks a table.
CREATE OR REPLACE FUNCTION restrict_host_logins() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rule record;
  own text := 'host_login = session_user::text';
BEGIN
  IF to_regrole('renderdeck_worker') IS NULL THEN
    RAISE 'the role renderdeck_worker is missing; migrate as a user who may make roles';
  END IF;
  IF to_regrole('renderdeck_host') IS NULL THEN
    BEGIN CREATE ROLE renderdeck_host NOLOGIN;
    -- another session made it for another database just now
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END IF;
  -- Jobs come first, as in most transactions of programs, so that a deadlock with them is unlikely.
  FOR rule IN SELECT format('public.%I', name)::regclass AS on_table, may_see, may_write
    FROM (VALUES
    ('jobs', 'queue_key IS NOT NULL OR ' || own || ' OR public.had_attempt_of(id)'
      || ' OR public.awaits_me(awaited_hosts)', 'true'),
    ('attempts', own, own),
    ('attempt_log', 'public.owns_attempt(attempt_id)', 'public.owns_attempt(attempt_id)'),
    ('job_definitions', 'public.may_see_job(job_id)', 'false'),
    ('job_secrets', 'public.holds_job(job_id)', 'false'),
    ('render_hosts', 'public.owns_host_name(name)', 'public.owns_host_name(name)'),
    ('host_logins', 'login = session_user::text', 'false')
  ) AS rules (name, may_see, may_write) LOOP
    IF NOT (SELECT relrowsecurity FROM pg_class WHERE oid = rule.on_table) THEN
      EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', rule.on_table);
    END IF;
    PERFORM public.make_rule('POLICY', 'everybody', rule.on_table,
      format('CREATE POLICY everybody ON %s USING (true)', rule.on_table));
    PERFORM public.make_rule('POLICY', 'host_login', rule.on_table,
      format('CREATE POLICY host_login ON %s AS RESTRICTIVE TO renderdeck_host
        USING (%s) WITH CHECK (%s)', rule.on_table, rule.may_see, rule.may_write));
  END LOOP;
  FOR rule IN SELECT name, moment, format('public.%I', on_table)::regclass AS on_table, condition
    FROM (VALUES
    ('guard_host_job', 'BEFORE UPDATE', 'jobs', 'true'),
    ('check_host_job', 'AFTER UPDATE', 'jobs', 'old.version <> new.version'),
    ('guard_new_host_attempt', 'BEFORE INSERT', 'attempts', 'true'),
    ('guard_host_attempt', 'BEFORE UPDATE', 'attempts', 'old.host_login IS NOT NULL'),
    ('guard_host_log', 'BEFORE INSERT', 'attempt_log', 'true'),
    ('guard_host_change', 'BEFORE INSERT', 'job_changes', 'true'),
    ('guard_host_row', 'BEFORE INSERT OR UPDATE', 'render_hosts', 'true'),
    ('adopt_host_attempts', 'AFTER INSERT OR UPDATE', 'render_hosts', 'true')
  ) AS rules (name, moment, on_table, condition) LOOP
    PERFORM public.make_rule('TRIGGER', rule.name, rule.on_table,
      format('CREATE OR REPLACE TRIGGER %I %s ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION
        public.%I()', rule.name, rule.moment, rule.on_table, rule.condition, rule.name));
  END LOOP;
  -- No other login may make an operator or function that a query could find first; new databases
  -- have the same rule.
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  REVOKE ALL ON ALL TABLES IN SCHEMA public, drizzle FROM renderdeck_host;
  GRANT USAGE ON SCHEMA public, drizzle TO renderdeck_host;
  FOR rule IN SELECT c.oid, c.oid::regclass AS on_table, a.privilege_type
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)
      AND a.grantee = to_regrole('renderdeck_worker') LOOP
    -- A login that may update a whole table may lock the whole table against everybody, so updates
    -- are granted by column.
    EXECUTE format('GRANT %s %s ON %s TO renderdeck_host', rule.privilege_type,
      CASE WHEN rule.privilege_type = 'UPDATE' THEN
        (SELECT format('(%s)', string_agg(quote_ident(attname), ', ')) FROM pg_attribute
        WHERE attrelid = rule.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '')
      END, rule.on_table);
  END LOOP;
  FOR rule IN SELECT c.attrelid::regclass AS on_table, c.attname AS name, a.privilege_type
    FROM pg_attribute c JOIN pg_class t ON t.oid = c.attrelid, aclexplode(c.attacl) a
    WHERE t.relnamespace IN ('public'::regnamespace, 'drizzle'::regnamespace)
      AND a.grantee = to_regrole('renderdeck_worker') LOOP
    EXECUTE format('GRANT %s (%I) ON %s TO renderdeck_host',
      rule.privilege_type, rule.name, rule.on_table);
  END LOOP;
  FOR rule IN SELECT p.oid::regprocedure AS name,
      has_function_privilege('renderdeck_worker', p.oid, 'EXECUTE') AS may_run
    FROM pg_proc p JOIN pg_class jobs ON jobs.oid = 'public.jobs'::regclass
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = jobs.relowner LOOP
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM renderdeck_host', rule.name);
    IF rule.may_run THEN
      EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO renderdeck_host', rule.name);
    END IF;
  END LOOP;
END $$;

-- Gives the name of a host to a login, together with the attempts that ran under that name with a
-- shared login. Only the owner of the tables may call it, because nobody else may write
-- host_logins.
CREATE OR REPLACE FUNCTION bind_host_login(host text, login text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM public.restrict_host_logins();
  IF to_regrole(quote_ident($2)) IS NULL
      OR NOT pg_has_role($2::name, 'renderdeck_host', 'MEMBER') THEN
    RAISE 'the role % is missing or not a member of renderdeck_host', $2;
  END IF;
  INSERT INTO public.host_logins AS bound VALUES ($1, $2)
    ON CONFLICT ON CONSTRAINT host_logins_pkey DO UPDATE SET login = excluded.login;
  UPDATE public.attempts SET host_login = $2 WHERE attempts.host = $1 AND host_login IS NULL;
END $$;

-- The columns in which a row differs from the earlier row.
CREATE OR REPLACE FUNCTION changed_columns(before jsonb, after jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(key), '{}') FROM pg_catalog.jsonb_each($2)
  WHERE value IS DISTINCT FROM $1 -> key AND key <> 'queue_key' -- it is computed after the trigger
$$;

-- Whether a JSON value has a shape, so that one host cannot make a list unreadable for all readers.
-- A shape is an object of shapes, an array with one shape, {"?": a shape} if the value may be null
-- or missing, or a kind. A kind is integer, number, string, boolean, time, or the words that are
-- allowed. A kind with ? at its end may be null or missing, too.
CREATE OR REPLACE FUNCTION has_shape(value jsonb, shape jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE kind text := shape #>> '{}';
BEGIN
  IF jsonb_typeof(shape) = 'object' THEN
    IF shape ? '?' THEN
      RETURN value IS NULL OR jsonb_typeof(value) = 'null'
        OR public.has_shape(value, shape -> '?');
    END IF;
    RETURN jsonb_typeof(value) IS NOT DISTINCT FROM 'object' AND NOT EXISTS (
      SELECT FROM jsonb_each(shape) AS s (key, wanted)
      WHERE NOT public.has_shape(value -> s.key, s.wanted));
  END IF;
  IF jsonb_typeof(shape) = 'array' THEN
    IF jsonb_typeof(value) IS DISTINCT FROM 'array' THEN RETURN false; END IF;
    RETURN NOT EXISTS (
      SELECT FROM jsonb_array_elements(value) AS e (item)
      WHERE NOT public.has_shape(e.item, shape -> 0));
  END IF;
  IF value IS NULL OR jsonb_typeof(value) = 'null' THEN RETURN kind LIKE '%?'; END IF;
  kind := rtrim(kind, '?');
  IF kind IN ('string', 'boolean') THEN RETURN jsonb_typeof(value) = kind; END IF;
  IF kind IN ('integer', 'number') THEN
    IF jsonb_typeof(value) <> 'number' THEN RETURN false; END IF;
    RETURN abs(value::numeric) < 9e15 AND (kind = 'number' OR value::numeric % 1 = 0);
  END IF;
  IF jsonb_typeof(value) <> 'string' THEN RETURN false; END IF;
  IF kind <> 'time' THEN RETURN value #>> '{}' = ANY (string_to_array(kind, '|')); END IF;
  IF value #>> '{}' !~ '^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d+)?Z$' THEN RETURN false; END IF;
  PERFORM (value #>> '{}')::timestamptz;
  RETURN true;
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN RETURN false;
END $$;

-- Refuses values in a host's row that readers do not expect: times that are no dates, and JSON of
-- another shape than host_shapes says.
CREATE OR REPLACE FUNCTION refuse_malformed(row_after jsonb, changed text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wrong text;
  shapes jsonb := public.host_shapes();
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

-- A name for the current transaction that no other transaction of any cluster has.
CREATE OR REPLACE FUNCTION this_transaction() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT pg_current_xact_id()::text || ' ' || extract(epoch FROM transaction_timestamp())
$$;

-- Changes of the queue that the counts do not contain: those of transactions that the last fold did
-- not see. It always uses the index of transactions. Without these settings, after one transaction
-- with very many changes (an import), the planner used the ids instead and read every stored
-- change.
CREATE OR REPLACE FUNCTION unfolded_changes(fold queue_folds)
RETURNS TABLE (q_from bigint, q_to bigint) LANGUAGE sql STABLE AS $$
  SELECT c.q_from, c.q_to FROM job_changes c
  WHERE (c.q_from IS NOT NULL OR c.q_to IS NOT NULL) AND c.id + 0 > (fold).after_id
    AND c.xid >= pg_snapshot_xmax((fold).snap)
  UNION ALL
  SELECT c.q_from, c.q_to FROM job_changes c
  WHERE (c.q_from IS NOT NULL OR c.q_to IS NOT NULL) AND c.id + 0 > (fold).after_id
    AND c.xid = ANY (array(SELECT pg_snapshot_xip((fold).snap)))
$$;

CREATE OR REPLACE FUNCTION queue_length() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT queue_position(9223372036854775807) - 1
$$;

-- A key with at most this many jobs before it, near the first job that has more jobs before it. A
-- jump in the queue starts at this key, and queue_position gives the exact number of jobs before
-- it. 0 if there are no counts.
CREATE OR REPLACE FUNCTION queue_edge(jobs_before bigint) RETURNS bigint LANGUAGE plpgsql STABLE
SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  fold queue_folds;
  edge bigint := 0;
  block bigint;
  wanted bigint;
  low bigint := 0;
  high bigint := 32768;
  step record;
BEGIN
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN 0; END IF;
  -- Each change that the counts do not contain may have put one more job before a block.
  wanted := jobs_before - (SELECT count(*) FROM unfolded_changes(fold));
  IF wanted <= 0 THEN RETURN 0; END IF;
  FOR step IN SELECT * FROM (VALUES (3, 48, 24), (2, 24, 7), (1, 17, 7), (0, 10, 0))
      AS levels (lvl, bits, wide) ORDER BY lvl DESC LOOP
    SELECT blk, wanted - before INTO block, wanted FROM (
      SELECT q.blk, sum(q.n) OVER (ORDER BY q.blk) - q.n AS before FROM queue_counts q
      WHERE q.lvl = step.lvl AND q.blk >= low AND q.blk < high) blocks
    WHERE before <= wanted ORDER BY blk DESC LIMIT 1;
    EXIT WHEN NOT FOUND;
    edge := block << step.bits;
    low := block << step.wide;
    high := (block + 1) << step.wide;
  END LOOP;
  RETURN edge;
END $$;

-- Adds to the counts the changes that they do not contain, and gives the number of these changes;
-- -1 while another session folds, -2 if a recount must come first. A separate statement takes the
-- lock, so that the snapshot of the next statement is younger than the lock. One statement changes
-- the counts and the snapshot together.
CREATE OR REPLACE FUNCTION queue_fold() RETURNS bigint
LANGUAGE plpgsql SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  fold queue_folds;
  levels smallint[];
  blocks bigint[];
  changes bigint;
BEGIN
  IF NOT try_work_lock('queueCounts') THEN RETURN -1; END IF;
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN -2; END IF;
  WITH unfolded AS MATERIALIZED (
    SELECT q_from, q_to FROM unfolded_changes(fold)
  ), small AS (
    SELECT blk, sum(n) AS n FROM (
      SELECT q_from >> 10 AS blk, -1 AS n FROM unfolded WHERE q_from IS NOT NULL
      UNION ALL SELECT q_to >> 10, 1 FROM unfolded WHERE q_to IS NOT NULL) each_change
    GROUP BY blk HAVING sum(n) <> 0
  ), counted AS (
    INSERT INTO queue_counts AS q (lvl, blk, n)
    SELECT l.lvl, small.blk >> l.bits, sum(small.n) FROM small
      CROSS JOIN (VALUES (0::smallint, 0), (1::smallint, 7), (2::smallint, 14), (3::smallint, 38))
        AS l (lvl, bits)
    GROUP BY 1, 2 HAVING sum(small.n) <> 0 ORDER BY 1, 2
    ON CONFLICT (lvl, blk) DO UPDATE SET n = q.n + excluded.n
    RETURNING q.lvl, q.blk, q.n
  ), folded AS (
    UPDATE queue_folds SET snap = pg_current_snapshot(), folded_at = clock_timestamp(),
      writer = this_transaction()
    WHERE only_row AND in_force AND EXISTS (SELECT FROM unfolded)
  )
  SELECT array_agg(lvl) FILTER (WHERE n = 0), array_agg(blk) FILTER (WHERE n = 0),
    (SELECT count(*) FROM unfolded) INTO levels, blocks, changes FROM counted;
  DELETE FROM queue_counts q USING unnest(levels, blocks) AS empty (lvl, blk)
  WHERE q.lvl = empty.lvl AND q.blk = empty.blk AND q.n = 0;
  RETURN changes;
END $$;

-- Calculates the counts again from the jobs. No writer waits for it. Until it commits, readers see
-- the old counts. Change rows from a dump belong to transactions that this snapshot does not see,
-- so their last id is saved.
CREATE OR REPLACE FUNCTION queue_recount() RETURNS void
LANGUAGE plpgsql SET jit = off AS $$
BEGIN
  PERFORM take_work_lock('queueCounts');
  DELETE FROM queue_counts;
  WITH small AS (
    SELECT queue_key >> 10 AS blk, count(*) AS n FROM jobs WHERE queue_key IS NOT NULL GROUP BY 1
  ), counted AS (
    INSERT INTO queue_counts (lvl, blk, n)
    SELECT l.lvl, blk >> l.bits, sum(n) FROM small
      CROSS JOIN (VALUES (0::smallint, 0), (1::smallint, 7), (2::smallint, 14), (3::smallint, 38))
        AS l (lvl, bits)
    GROUP BY 1, 2
  )
  INSERT INTO queue_folds AS f (snap, after_id, writer)
  SELECT pg_current_snapshot(), coalesce(max(c.id), 0),
    this_transaction()
  FROM job_changes c
  WHERE c.xid >= pg_snapshot_xmin(pg_current_snapshot())
    AND NOT pg_visible_in_snapshot(c.xid, pg_current_snapshot())
  ON CONFLICT (only_row) DO UPDATE SET snap = excluded.snap, after_id = excluded.after_id,
    folded_at = clock_timestamp(), writer = excluded.writer;
END $$;

-- The blocks whose count, together with the changes that it does not contain, differs from the
-- number of their jobs: then somebody wrote to jobs without a change row. No rows if there are no
-- counts.
CREATE OR REPLACE FUNCTION queue_faults()
RETURNS TABLE (lvl integer, blk bigint, counted bigint, waiting bigint)
LANGUAGE sql STABLE SET jit = off AS $$
  WITH fold AS MATERIALIZED (
    SELECT f FROM queue_folds f WHERE only_row AND in_force
  ), unfolded AS MATERIALIZED (
    SELECT u.q_from, u.q_to FROM fold, unfolded_changes(fold.f) u
  ), levels (lvl, bits) AS (
    VALUES (0, 0), (1, 7), (2, 14), (3, 38)
  ), counted AS (
    SELECT lvl, blk, sum(n)::bigint AS n FROM (
      SELECT q.lvl::integer, q.blk, q.n FROM queue_counts q
      UNION ALL SELECT l.lvl, u.q_to >> 10 >> l.bits, 1 FROM unfolded u, levels l
        WHERE u.q_to IS NOT NULL
      UNION ALL SELECT l.lvl, u.q_from >> 10 >> l.bits, -1 FROM unfolded u, levels l
        WHERE u.q_from IS NOT NULL) all_counts (lvl, blk, n)
    GROUP BY 1, 2
  ), small AS (
    SELECT queue_key >> 10 AS blk, count(*) AS n FROM jobs WHERE queue_key IS NOT NULL GROUP BY 1
  ), waiting AS (
    SELECT l.lvl, small.blk >> l.bits AS blk, sum(small.n)::bigint AS n FROM small, levels l
    GROUP BY 1, 2
  )
  SELECT coalesce(c.lvl, r.lvl), coalesce(c.blk, r.blk), coalesce(c.n, 0), coalesce(r.n, 0)
  FROM counted c FULL JOIN waiting r ON c.lvl = r.lvl AND c.blk = r.blk
  WHERE coalesce(c.n, 0) <> coalesce(r.n, 0) AND EXISTS (SELECT FROM fold)
$$;

-- If somebody deletes waiting jobs by hand or empties the table, the counts of the queue become
-- void in the same transaction. Until a recount, positions are counted from the jobs. The trigger
-- runs once for each statement. A deletion takes the lock of folds, so that no recount that still
-- saw the deleted jobs is running and none begins before the deletion ends. A separate statement
-- takes the lock, so that the update sees what a recount wrote. TRUNCATE locks the table, and a
-- recount waits for that lock.
CREATE OR REPLACE FUNCTION void_queue_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF NOT EXISTS (SELECT FROM gone WHERE queue_key IS NOT NULL) THEN RETURN NULL; END IF;
    PERFORM public.take_work_lock('queueCounts');
  END IF;
  -- Updates void rows too, so that a deletion or recount with an older snapshot (repeatable read)
  -- fails here.
  UPDATE public.queue_folds SET writer = NULL;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER void_queue_counts_of_deleted AFTER DELETE ON jobs
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION void_queue_counts();

CREATE OR REPLACE TRIGGER void_queue_counts_of_all AFTER TRUNCATE ON jobs
  FOR EACH STATEMENT EXECUTE FUNCTION void_queue_counts();

-- The place in the queue of the job with this key; 1 is next. It is exact for the snapshot of the
-- calling statement. It adds up the blocks before the key, the changes that these blocks do not
-- contain, and the few jobs in the key's own block. Without counts it counts the jobs.
CREATE OR REPLACE FUNCTION queue_position(k bigint) RETURNS bigint LANGUAGE plpgsql STABLE
SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  fold queue_folds;
  edge bigint := (k >> 10) << 10;
BEGIN
  SELECT * INTO fold FROM queue_folds WHERE only_row AND in_force;
  IF NOT FOUND THEN RETURN (SELECT 1 + count(*) FROM jobs WHERE queue_key < k); END IF;
  RETURN (SELECT 1
    + coalesce((SELECT sum(n) FROM queue_counts WHERE lvl = 3 AND blk < k >> 48), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 2 AND blk >= (k >> 48) << 24 AND blk < k >> 24), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 1 AND blk >= (k >> 24) << 7 AND blk < k >> 17), 0)
    + coalesce((SELECT sum(n) FROM queue_counts
        WHERE lvl = 0 AND blk >= (k >> 17) << 7 AND blk < k >> 10), 0)
    + coalesce((SELECT sum((CASE WHEN q_to < edge THEN 1 ELSE 0 END)
        - (CASE WHEN q_from < edge THEN 1 ELSE 0 END)) FROM unfolded_changes(fold)), 0)
    + (SELECT count(*) FROM jobs WHERE queue_key >= edge AND queue_key < k));
END $$;

-- The places of these keys, all of one snapshot. If few other jobs are between them, as on a page
-- of the queue, one statement numbers all of them. Otherwise each place is counted from the
-- previous key if that key is near.
CREATE OR REPLACE FUNCTION queue_positions(keys bigint[]) RETURNS TABLE (key bigint, place bigint)
LANGUAGE plpgsql STABLE ROWS 100
SET jit = off SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  lowest bigint := (SELECT min(k) FROM unnest(keys) k);
  highest bigint := (SELECT max(k) FROM unnest(keys) k);
  few bigint := 20 + 2 * cardinality(keys);
  previous bigint;
  gap bigint;
  near bigint;
BEGIN
  IF lowest IS NULL THEN RETURN; END IF;
  SELECT count(*) INTO gap FROM (
    SELECT FROM jobs WHERE queue_key >= lowest AND queue_key < highest LIMIT few) between_them;
  IF gap < few THEN
    place := queue_position(lowest);
    RETURN QUERY SELECT k, place + before FROM (
      SELECT k, is_asked, count(*) FILTER (WHERE NOT is_asked)
        OVER (ORDER BY k GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM (
        SELECT queue_key, false FROM jobs WHERE queue_key >= lowest AND queue_key < highest
        UNION ALL SELECT unnest, true FROM unnest(keys)
      ) both_kinds (k, is_asked)) numbered
    WHERE is_asked;
    RETURN;
  END IF;
  -- Without counts, a far key is counted from the previous key, too.
  near := (SELECT 100 FROM queue_folds WHERE only_row AND in_force);
  FOR key IN SELECT k FROM unnest(keys) k ORDER BY k LOOP
    gap := near;
    IF previous IS NOT NULL THEN
      SELECT count(*) INTO gap FROM (
        SELECT FROM jobs WHERE queue_key >= previous AND queue_key < key LIMIT near) between_them;
    END IF;
    IF previous IS NULL OR gap = near THEN place := queue_position(key);
    ELSE place := place + gap; END IF;
    previous := key;
    RETURN NEXT;
  END LOOP;
END $$;

-- The incarnation of the database that this statement runs in, as database_incarnations stores it.
CREATE OR REPLACE FUNCTION database_incarnation() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT concat_ws('-', control.system_identifier,
    ltrim(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), '0'), this_database.oid,
    to_regclass('public.job_changes')::oid)
  FROM pg_control_system() control, pg_database this_database
  WHERE this_database.datname = current_database()
$$;

-- Continues the numbers of receipts beyond every number that an earlier incarnation may have given
-- and this database has lost. It adds a million, and one for each second since the last known
-- series began, so that two restores of one backup give different numbers (decision 0045). The lock
-- lets only one transaction do this. A sequence does not roll back, so a rollback here leaves a
-- hole in the numbers.
CREATE OR REPLACE FUNCTION start_receipt_series(of_incarnation text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  past bigint;
BEGIN
  PERFORM public.take_work_lock('receiptSeries');
  IF EXISTS (SELECT FROM public.receipt_series
      WHERE incarnation = of_incarnation AND over_at IS NULL) THEN RETURN; END IF;
  SELECT greatest(
      (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM public.receipts_number_seq),
      (SELECT max(number) FROM public.receipts), max(after)) + 1000000
    + greatest(0, extract(epoch FROM clock_timestamp() - max(begun_at))::bigint)
    INTO past FROM public.receipt_series;
  PERFORM setval('public.receipts_number_seq', past);
  INSERT INTO public.receipt_series (incarnation, after) VALUES (of_incarnation, past);
END $$;

-- The series of an incarnation begins when an API opens the incarnation. So a host with an open
-- transaction never holds the lock of the series. Rows that a restore brings belong to other
-- incarnations and begin none.
CREATE OR REPLACE FUNCTION begin_series_of_incarnation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.database_incarnations'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF new.incarnation = public.database_incarnation() THEN
    PERFORM public.start_receipt_series(new.incarnation);
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER begin_series_of_incarnation AFTER INSERT ON database_incarnations
  FOR EACH ROW EXECUTE FUNCTION begin_series_of_incarnation();

-- A deletion from database_incarnations means that the rows of this database went back in time.
-- Nothing else shows this for a copy that was not promoted, or for data that were restored into
-- existing tables.
CREATE OR REPLACE FUNCTION end_receipt_series() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.database_incarnations'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  UPDATE public.receipt_series SET over_at = clock_timestamp() WHERE over_at IS NULL;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER end_receipt_series AFTER DELETE ON database_incarnations
  FOR EACH STATEMENT EXECUTE FUNCTION end_receipt_series();

-- Numbers the receipt in the transaction that stores the stop request, for every writer. Runs with
-- the rights of the owner, because no program may choose a number (decision 0034). A stop request
-- that is restored after a failover lost it keeps the number that its job has.
CREATE OR REPLACE FUNCTION number_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_incarnation text := public.database_incarnation();
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  IF NOT EXISTS (SELECT FROM public.receipt_series
      WHERE incarnation = of_incarnation AND over_at IS NULL) THEN
    IF public.is_host_login() THEN
      PERFORM public.refuse_host_login(
        'stop a job before an API knows this incarnation of the database');
    END IF;
    PERFORM public.start_receipt_series(of_incarnation);
  END IF;
  INSERT INTO public.receipts (job_id) VALUES (new.id) ON CONFLICT (job_id) DO NOTHING;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER number_receipt AFTER UPDATE OF stop_requested_at ON jobs FOR EACH ROW
  WHEN (old.stop_requested_at IS NULL AND new.stop_requested_at IS NOT NULL)
  EXECUTE FUNCTION number_receipt();

CREATE OR REPLACE TRIGGER number_inserted_receipt AFTER INSERT ON jobs FOR EACH ROW
  WHEN (new.stop_requested_at IS NOT NULL) EXECUTE FUNCTION number_receipt();

-- The first incarnation of the database starts its numbers at 1.
INSERT INTO receipt_series (incarnation, after)
  SELECT database_incarnation(), coalesce(max(number), 0) FROM receipts
  HAVING NOT EXISTS (SELECT FROM receipt_series);

-- Copies a job's definition and secrets together to a job that has none. The caller cannot read a
-- secret, and cannot join a secret to another definition (decision 0033).
CREATE OR REPLACE FUNCTION copy_order(source uuid, copy uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.job_definitions (job_id, nexrender_job, limits, hidden, rerun_of)
    SELECT copy, nexrender_job, limits, hidden, job_id FROM public.job_definitions
    WHERE job_id = source AND secrets_deleted_at IS NULL;
  IF NOT FOUND THEN RAISE 'the order of job % cannot be copied', source; END IF;
  INSERT INTO public.job_secrets (job_id, secrets)
    SELECT copy, secrets FROM public.job_secrets WHERE job_id = source;
END $$;

-- What a host must know of other hosts' attempts of a job that it holds or held: what they have put
-- out, and whether one of them may still publish. A shared login gets no rows, because it can read
-- the attempts themselves. An earlier version returned fewer columns, and CREATE OR REPLACE cannot
-- add any.
DROP FUNCTION IF EXISTS other_attempts(uuid);
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

-- The API may delete only what these two functions allow, so they run with the rights of the owner.
-- This one deletes ended jobs with their definitions, secrets and attempts, and gives their ids. A
-- job stays while a host may run or clean something of it, while a receipt waits for a host, while
-- something of it is not measured, while it has a log, and for an hour after any change.
CREATE OR REPLACE FUNCTION delete_old_jobs(older_than interval, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone uuid[];
  settled timestamptz := clock_timestamp() - interval '1 hour';
BEGIN
  IF older_than < interval '1 day' THEN
    RAISE 'jobs are kept for a day at least' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT public.try_work_lock('oldJobs') THEN RETURN; END IF;
  SELECT array_agg(id) INTO gone FROM (
    SELECT j.id FROM public.jobs j
    WHERE j.ended_at < clock_timestamp() - older_than
      AND public.is_final(j.status) AND j.lease_expires_at IS NULL
      AND NOT EXISTS (SELECT FROM public.unproven u
        WHERE u.job_id = j.id AND u.state IN ('running', 'open'))
      AND NOT EXISTS (SELECT FROM public.attempts a WHERE a.job_id = j.id AND (a.outcome IS NULL
        OR a.confirmed_at > settled
        OR a.parts <> '[]' OR jsonb_path_exists(a.removal_report, '$.leftovers[*]')
        OR a.measured & 2 = 0 OR (a.id = j.stop_attempt_id AND a.measured & 4 = 0)
        OR EXISTS (SELECT FROM public.attempt_log l WHERE l.attempt_id = a.id)))
      AND NOT EXISTS (SELECT FROM public.job_changes c WHERE c.job_id = j.id AND c.at > settled)
    ORDER BY j.ended_at LIMIT most FOR UPDATE OF j SKIP LOCKED) AS old;
  DELETE FROM public.jobs WHERE id = ANY (gone);
  DELETE FROM public.unproven_stops WHERE job_id = ANY (gone);
  RETURN QUERY SELECT unnest(gone);
END $$;

-- Deletes chunks of logs of attempts that ended long ago, and gives the number of chunks. When the
-- last chunk of an attempt is deleted, the attempt gets the time of the deletion. An attempt that
-- never had a log gets none.
CREATE OR REPLACE FUNCTION delete_old_logs(older_than interval, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  old uuid[];
  gone integer;
BEGIN
  IF older_than < interval '1 day' THEN
    RAISE 'logs are kept for a day at least' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT public.try_work_lock('oldLogs') THEN RETURN 0; END IF;
  SELECT array_agg(id) INTO old FROM (
    SELECT a.id FROM public.attempts a
    WHERE a.ended_at < clock_timestamp() - older_than AND a.log_deleted_at IS NULL
      AND (a.confirmed_at IS NOT NULL OR a.declared_at IS NOT NULL)
      AND EXISTS (SELECT FROM public.attempt_log l WHERE l.attempt_id = a.id)
    ORDER BY a.ended_at LIMIT 20 FOR UPDATE SKIP LOCKED) AS logged;
  DELETE FROM public.attempt_log l USING (
    SELECT attempt_id, seq FROM public.attempt_log WHERE attempt_id = ANY (old) LIMIT most) AS chunk
  WHERE l.attempt_id = chunk.attempt_id AND l.seq = chunk.seq;
  GET DIAGNOSTICS gone = ROW_COUNT;
  UPDATE public.attempts a SET log_deleted_at = clock_timestamp() WHERE a.id = ANY (old)
    AND NOT EXISTS (SELECT FROM public.attempt_log l WHERE l.attempt_id = a.id);
  RETURN gone;
END $$;

-- If this incarnation of the database may have lost a claim of the job, a cancel waits for each
-- host that has not told this incarnation what it runs (store's INCARNATION says what an
-- incarnation is). It does not wait for a host that signed off, because that host runs nothing, nor
-- for a host that an admin declared gone. The database sets the list, because a host's own login
-- cannot see other hosts, and because a program that restores a cancel must not leave a host out.
CREATE OR REPLACE FUNCTION await_hosts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_RELID <> 'public.jobs'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  SELECT coalesce(jsonb_agg(jsonb_build_object('host', h.name, 'hostId', h.host_id,
      'reportedAt', NULL, 'declaration', NULL) ORDER BY h.name), '[]') INTO new.awaited_hosts
  FROM (SELECT public.database_incarnation() AS key) this
    LEFT JOIN public.database_incarnations seen ON seen.incarnation = this.key,
    public.render_hosts h
  WHERE (seen.incarnation IS NULL OR seen.last_queue_seq >= new.queue_seq)
    AND h.journal_sent_to IS DISTINCT FROM concat_ws('-', this.key,
      coalesce((extract(epoch FROM seen.seen_at) * 1000)::bigint, 0))
    AND h.stopped_at IS NULL AND h.gone_at IS NULL AND h.released_at IS NULL;
  RETURN new;
END $$;

CREATE OR REPLACE TRIGGER await_hosts BEFORE UPDATE OF stop_requested_at ON jobs FOR EACH ROW
  WHEN (old.stop_requested_at IS NULL AND new.stop_requested_at IS NOT NULL)
  EXECUTE FUNCTION await_hosts();

-- Everything whose end is not proven, one row for each, as in the domain's receipt: an attempt that
-- holds its job (`running`), an attempt that no longer holds its job (`open`), an awaited host that
-- has not reported (`open`, without an attempt), and any of these that counts as ended only by an
-- admin's declaration (`declared`).
CREATE OR REPLACE VIEW unproven WITH (security_invoker = true) AS
  SELECT a.job_id, a.id AS attempt_id, a.host, CASE
      WHEN a.declared_at IS NOT NULL THEN 'declared'
      WHEN a.outcome IS NULL THEN 'running'
      ELSE 'open' END AS state
    FROM attempts a WHERE a.confirmed_at IS NULL
  UNION ALL SELECT j.id, NULL, awaited.host->>'host', CASE
      WHEN awaited.host->>'declaration' IS NOT NULL THEN 'declared'
      ELSE 'open' END
    FROM jobs j CROSS JOIN jsonb_array_elements(j.awaited_hosts) AS awaited (host)
    WHERE j.awaited_hosts <> '[]' AND awaited.host->>'reportedAt' IS NULL;

-- The state of the stop of each cancelled job. `outcome` is the outcome of the domain's receipt.
-- `is_proven` is its isProvenStop: the job has ended, and nothing of it is unproven. `proven_at` is
-- the receipt's `confirmedAt`: the time of the last proof, or that of the request if no attempt was
-- asked to stop; null if the stop is not proven.
CREATE OR REPLACE VIEW stops WITH (security_invoker = true) AS
  SELECT job_id, stop_requested_at, is_open, outcome, is_proven, CASE WHEN is_proven THEN (
      SELECT max(at) FROM (
        SELECT a.confirmed_at FROM attempts a WHERE a.job_id = stop.job_id
        UNION ALL SELECT (awaited.host->>'reportedAt')::timestamptz
          FROM jsonb_array_elements(awaited_hosts) AS awaited (host)
        UNION ALL SELECT stop_requested_at WHERE NOT EXISTS (SELECT FROM attempts a
          WHERE a.job_id = stop.job_id AND a.id = stop_attempt_id)) AS proofs (at)
      ) END AS proven_at
    FROM (
      SELECT j.id AS job_id, j.stop_requested_at, j.stop_attempt_id, j.awaited_hosts,
        missing.is_open, j.status IN ('CANCELLED', 'COMPLETED') AND missing.job_id IS NULL
          AS is_proven, CASE
          WHEN j.status = 'COMPLETED' THEN 'finishedFirst'
          WHEN j.status <> 'CANCELLED' THEN 'cancelling'
          WHEN missing.is_open THEN 'unconfirmed'
          WHEN missing.is_declared THEN 'declared'
          ELSE 'cancelled' END AS outcome
        FROM jobs j LEFT JOIN (
          SELECT u.job_id, bool_or(u.state = 'open') AS is_open,
            bool_or(u.state = 'declared') AS is_declared
          FROM unproven u GROUP BY u.job_id) missing ON missing.job_id = j.id
        WHERE j.stop_requested_at IS NOT NULL) AS stop;

-- The outcome of the stop of a job, the same as domain's deriveCancelReceipt gives; null if the job
-- was not cancelled.
CREATE OR REPLACE FUNCTION stop_outcome(job jobs) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT outcome FROM public.stops WHERE job_id = $1.id
$$;

-- The hosts on which something of a job may still run: those of open attempts, awaited hosts, and
-- the host that is asked to stop.
CREATE OR REPLACE FUNCTION may_run_on(job jobs) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(DISTINCT host), '[]') FROM (
    SELECT host FROM public.unproven WHERE job_id = $1.id AND state = 'open'
    UNION ALL SELECT $1.host WHERE $1.lease_expires_at IS NOT NULL) AS hosts (host)
$$;

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
  IF told > 0 THEN PERFORM pg_notify('renderdeck_webhooks', ''); END IF;
  RETURN told;
END $$;

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
BEGIN
  IF TG_RELID <> 'public.job_changes'::regclass THEN
    RAISE insufficient_privilege USING MESSAGE = 'not a trigger of this table';
  END IF;
  SELECT * INTO job FROM public.jobs WHERE id = new.job_id;
  IF NOT FOUND OR NOT public.is_final(job.status) THEN RETURN NULL; END IF;
  outcome := public.stop_outcome(job);
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
  IF was_settled THEN
    PERFORM public.tell_webhooks('notProven', NULL, 'stop.settled',
      public.message_facts(job), job, NULL);
  END IF;
  IF has_ended AND job.status = 'FAILED' THEN
    PERFORM public.tell_webhooks('ended', NULL, 'job.failed', public.message_facts(job), job, NULL);
    PERFORM public.tell_webhooks('failed', 'ended', 'job.failed',
      public.message_facts(job), job, NULL);
  ELSIF has_ended THEN
    PERFORM public.tell_webhooks('ended', CASE WHEN was_settled THEN 'notProven' END, 'job.ended',
      public.message_facts(job), job, NULL);
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS write_webhook_deliveries ON job_changes;
CREATE CONSTRAINT TRIGGER write_webhook_deliveries AFTER INSERT ON job_changes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (public.is_final(new.status_after))
  EXECUTE FUNCTION write_webhook_deliveries();

-- Takes a lock of work_locks until the transaction ends. Each name is a row (store's WORK_LOCKS).
CREATE OR REPLACE FUNCTION take_work_lock(work text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.work_locks WHERE name = work FOR UPDATE;
  IF NOT FOUND THEN RAISE 'the lock % is missing in work_locks', work; END IF;
END $$;

-- As take_work_lock, but it does not wait: it is false if another transaction has the lock.
CREATE OR REPLACE FUNCTION try_work_lock(work text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM public.work_locks WHERE name = work FOR UPDATE SKIP LOCKED;
  IF FOUND THEN RETURN true; END IF;
  IF EXISTS (SELECT FROM public.work_locks WHERE name = work) THEN RETURN false; END IF;
  RAISE 'the lock % is missing in work_locks', work;
END $$;

-- With an empty search path, the names of functions and types come with their schema.
SET search_path = '';
INSERT INTO public.applied_functions (hash, version, functions)
  SELECT 'a0e6d0ec016e189ad55b7671794703784dfad823b5c6c317f0e199aa80e07dd6', '0.1.0', jsonb_agg(oid::regprocedure::text ORDER BY oid::regprocedure::text)
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace;
RESET search_path;
DO $$ BEGIN
  EXECUTE (SELECT 'REVOKE ALL ON ROUTINE ' || string_agg(oid::regprocedure::text, ', ')
    || ' FROM PUBLIC' FROM pg_proc WHERE pronamespace = 'public'::regnamespace);
END $$;
REVOKE CREATE ON SCHEMA public, drizzle FROM PUBLIC;
GRANT USAGE ON SCHEMA public, drizzle TO renderdeck_api;
GRANT select, insert, update ON jobs TO renderdeck_api;
GRANT select, insert, update (secrets_deleted_at) ON job_definitions TO renderdeck_api;
GRANT insert, delete, select (job_id) ON job_secrets TO renderdeck_api;
GRANT select, insert ON job_submitters TO renderdeck_api;
GRANT select ON receipts TO renderdeck_api;
GRANT select ON receipt_series TO renderdeck_api;
GRANT select, insert, delete ON job_changes TO renderdeck_api;
GRANT select, insert, update ON job_changes_forgotten TO renderdeck_api;
GRANT select, insert, update, delete ON queue_counts TO renderdeck_api;
GRANT select, insert, update ON queue_folds TO renderdeck_api;
GRANT select, insert, delete ON submissions TO renderdeck_api;
GRANT select, update ON attempts TO renderdeck_api;
GRANT select ON unproven TO renderdeck_api;
GRANT select ON stops TO renderdeck_api;
GRANT select ON attempt_log TO renderdeck_api;
GRANT select, insert, update ON measures TO renderdeck_api;
GRANT select, insert, update, delete ON render_paces TO renderdeck_api;
GRANT select, update ON render_hosts TO renderdeck_api;
GRANT select, insert ON database_incarnations TO renderdeck_api;
GRANT select, insert, update ON users TO renderdeck_api;
GRANT select, insert, update ON sessions TO renderdeck_api;
GRANT select, insert, update ON api_tokens TO renderdeck_api;
GRANT select, insert, update, delete ON login_attempts TO renderdeck_api;
GRANT select, insert, update, delete ON known_addresses TO renderdeck_api;
GRANT select, insert, update, delete ON refusal_counts TO renderdeck_api;
GRANT select, insert ON audit_log TO renderdeck_api;
GRANT select, insert ON audit_seals TO renderdeck_api;
GRANT select, insert, update ON api_runs TO renderdeck_api;
GRANT select, insert, update, delete ON webhooks TO renderdeck_api;
GRANT select, insert, update ON webhook_secrets TO renderdeck_api;
GRANT select, insert, update, delete ON webhook_deliveries TO renderdeck_api;
GRANT select, insert ON webhook_tries TO renderdeck_api;
GRANT select, insert, update, delete ON unproven_stops TO renderdeck_api;
GRANT select, insert, delete ON host_silences TO renderdeck_api;
GRANT select, update ON work_locks TO renderdeck_api;
GRANT usage ON sequence job_queue_seq TO renderdeck_api;
GRANT select ON drizzle.__drizzle_migrations TO renderdeck_api;
GRANT select ON applied_functions TO renderdeck_api;
GRANT execute ON function is_final(text) TO renderdeck_api;
GRANT execute ON function is_guarded() TO renderdeck_api;
GRANT execute ON function is_host_login() TO renderdeck_api;
GRANT execute ON function copy_order(uuid, uuid) TO renderdeck_api;
GRANT execute ON function delete_old_jobs(interval, integer) TO renderdeck_api;
GRANT execute ON function delete_old_logs(interval, integer) TO renderdeck_api;
GRANT execute ON function take_work_lock(text) TO renderdeck_api;
GRANT execute ON function try_work_lock(text) TO renderdeck_api;
GRANT execute ON function hidden_open_attempts(text, uuid) TO renderdeck_api;
GRANT execute ON function host_failures(uuid, uuid) TO renderdeck_api;
GRANT execute ON function other_attempts(uuid) TO renderdeck_api;
GRANT execute ON function unseen_changes(pg_snapshot, bigint, integer) TO renderdeck_api;
GRANT execute ON function wire_time(timestamp with time zone) TO renderdeck_api;
GRANT execute ON function find_trigrams(text) TO renderdeck_api;
GRANT execute ON function job_trigrams(text, uuid) TO renderdeck_api;
GRANT execute ON function text_trigrams(text) TO renderdeck_api;
GRANT execute ON function tell_webhooks(text, text, text, jsonb, jobs, text) TO renderdeck_api;
GRANT execute ON function message_facts(jobs) TO renderdeck_api;
GRANT execute ON function stop_outcome(jobs) TO renderdeck_api;
GRANT execute ON function may_run_on(jobs) TO renderdeck_api;
GRANT execute ON function queue_edge(bigint) TO renderdeck_api;
GRANT execute ON function queue_faults() TO renderdeck_api;
GRANT execute ON function queue_fold() TO renderdeck_api;
GRANT execute ON function queue_length() TO renderdeck_api;
GRANT execute ON function queue_position(bigint) TO renderdeck_api;
GRANT execute ON function queue_positions(bigint[]) TO renderdeck_api;
GRANT execute ON function queue_recount() TO renderdeck_api;
GRANT execute ON function unfolded_changes(queue_folds) TO renderdeck_api;
GRANT execute ON function this_transaction() TO renderdeck_api;
GRANT execute ON function is_this_transaction(text) TO renderdeck_api;
GRANT USAGE ON SCHEMA public, drizzle TO renderdeck_worker;
GRANT select, update ON jobs TO renderdeck_worker;
GRANT select ON job_definitions TO renderdeck_worker;
GRANT select ON job_secrets TO renderdeck_worker;
GRANT insert ON job_changes TO renderdeck_worker;
GRANT select, insert, update ON attempts TO renderdeck_worker;
GRANT select, insert ON attempt_log TO renderdeck_worker;
GRANT select, insert, update ON render_hosts TO renderdeck_worker;
GRANT select ON host_logins TO renderdeck_worker;
GRANT select ON database_incarnations TO renderdeck_worker;
GRANT select ON drizzle.__drizzle_migrations TO renderdeck_worker;
GRANT select ON applied_functions TO renderdeck_worker;
GRANT execute ON function is_final(text) TO renderdeck_worker;
GRANT execute ON function is_guarded() TO renderdeck_worker;
GRANT execute ON function is_host_login() TO renderdeck_worker;
GRANT execute ON function claimable_tags(text[]) TO renderdeck_worker;
GRANT execute ON function hidden_open_attempts(text, uuid) TO renderdeck_worker;
GRANT execute ON function host_failures(uuid, uuid) TO renderdeck_worker;
GRANT execute ON function hosts_with_free_slots() TO renderdeck_worker;
GRANT execute ON function job_is_known(uuid) TO renderdeck_worker;
GRANT execute ON function other_attempts(uuid) TO renderdeck_worker;
GRANT execute ON function wire_time(timestamp with time zone) TO renderdeck_worker;
GRANT execute ON function job_trigrams(text, uuid) TO renderdeck_worker;
GRANT execute ON function log_bytes(jsonb) TO renderdeck_worker;
GRANT execute ON function awaits_me(jsonb) TO renderdeck_worker;
GRANT execute ON function changed_columns(jsonb, jsonb) TO renderdeck_worker;
GRANT execute ON function had_attempt_of(uuid) TO renderdeck_worker;
GRANT execute ON function has_shape(jsonb, jsonb) TO renderdeck_worker;
GRANT execute ON function host_may_move(text, text, text) TO renderdeck_worker;
GRANT execute ON function host_shapes() TO renderdeck_worker;
GRANT execute ON function holds_job(uuid) TO renderdeck_worker;
GRANT execute ON function may_see_job(uuid) TO renderdeck_worker;
GRANT execute ON function owns_attempt(uuid) TO renderdeck_worker;
GRANT execute ON function owns_host_name(text) TO renderdeck_worker;
GRANT execute ON function refuse_host_login(text) TO renderdeck_worker;
GRANT execute ON function refuse_malformed(jsonb, text[]) TO renderdeck_worker;
RESET check_function_bodies;
