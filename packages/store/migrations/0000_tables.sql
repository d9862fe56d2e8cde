CREATE SEQUENCE "public"."job_queue_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 281474976710655 START WITH 1 CACHE 1;--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE "known_addresses" (
	"user_id" uuid NOT NULL,
	"address_group" text NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "known_addresses_pkey" PRIMARY KEY("user_id","address_group")
);
--> statement-breakpoint
CREATE TABLE "login_attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"next_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"until" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
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
--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"disabled" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "users_role_known" CHECK (role in ('viewer', 'submitter', 'admin'))
);
--> statement-breakpoint
CREATE TABLE "api_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "applied_functions" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"hash" text NOT NULL,
	"version" text NOT NULL,
	"functions" jsonb NOT NULL,
	"applied_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attempt_log" (
	"attempt_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"stream" text NOT NULL,
	"lines" jsonb NOT NULL,
	"bytes" integer GENERATED ALWAYS AS (log_bytes(lines)) STORED NOT NULL,
	CONSTRAINT "attempt_log_pkey" PRIMARY KEY("attempt_id","seq")
);
--> statement-breakpoint
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
--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"audit_id" bigint NOT NULL,
	"hash" text NOT NULL,
	"sealed_below" "xid8" NOT NULL,
	"sealed_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "audit_seals_line" UNIQUE("audit_id")
);
--> statement-breakpoint
CREATE TABLE "database_incarnations" (
	"incarnation" text PRIMARY KEY NOT NULL,
	"last_change_id" bigint NOT NULL,
	"last_queue_seq" bigint,
	"seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "host_logins" (
	"host" text PRIMARY KEY NOT NULL,
	"login" text NOT NULL
);
--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE "job_changes_forgotten" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"xid" "xid8" NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_definitions" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"nexrender_job" jsonb NOT NULL,
	"limits" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"hidden" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"secrets_deleted_at" timestamp (3) with time zone,
	"rerun_of" uuid
);
--> statement-breakpoint
CREATE TABLE "job_secrets" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"secrets" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_submitters" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"account_id" uuid NOT NULL
);
--> statement-breakpoint
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
--> statement-breakpoint
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
CREATE TABLE "queue_counts" (
	"lvl" smallint NOT NULL,
	"blk" bigint NOT NULL,
	"n" bigint NOT NULL,
	CONSTRAINT "queue_counts_pkey" PRIMARY KEY("lvl","blk")
);
--> statement-breakpoint
CREATE TABLE "queue_folds" (
	"only_row" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"snap" "pg_snapshot" NOT NULL,
	"after_id" bigint NOT NULL,
	"folded_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"writer" text,
	"in_force" boolean GENERATED ALWAYS AS (is_this_transaction(writer)) STORED
);
--> statement-breakpoint
CREATE TABLE "receipt_series" (
	"incarnation" text NOT NULL,
	"after" bigint NOT NULL,
	"begun_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"over_at" timestamp (3) with time zone,
	CONSTRAINT "receipt_series_pkey" PRIMARY KEY("incarnation","begun_at")
);
--> statement-breakpoint
CREATE TABLE "receipts" (
	"number" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "receipts_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"job_id" uuid NOT NULL,
	CONSTRAINT "receipts_job" UNIQUE("job_id")
);
--> statement-breakpoint
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
--> statement-breakpoint
CREATE TABLE "submissions" (
	"principal" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"job_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "submissions_pkey" PRIMARY KEY("principal","key")
);
--> statement-breakpoint
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
	"paused_until" timestamp (3) with time zone,
	"disabled_reason" text,
	CONSTRAINT "webhooks_shape_known" CHECK (shape in ('renderdeck', 'slack')),
	CONSTRAINT "webhooks_disabled_whole" CHECK ((disabled_at is null) = (disabled_reason is null))
);
--> statement-breakpoint
CREATE TABLE "work_locks" (
	"name" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
ALTER TABLE "known_addresses" ADD CONSTRAINT "known_addresses_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempt_log" ADD CONSTRAINT "attempt_log_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_definitions" ADD CONSTRAINT "job_definitions_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_secrets" ADD CONSTRAINT "job_secrets_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_submitters" ADD CONSTRAINT "job_submitters_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "receipts" ADD CONSTRAINT "receipts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_secrets" ADD CONSTRAINT "webhook_secrets_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_tries" ADD CONSTRAINT "webhook_tries_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_name" ON "api_tokens" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "login_attempts_until" ON "login_attempts" USING btree ("until");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_name" ON "users" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "api_runs_started" ON "api_runs" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "attempts_unconfirmed" ON "attempts" USING btree ("host") WHERE confirmed_at is null;--> statement-breakpoint
CREATE INDEX "attempts_unconfirmed_host" ON "attempts" USING btree ("host_id") WHERE confirmed_at is null;--> statement-breakpoint
CREATE INDEX "attempts_host_failed" ON "attempts" USING btree ("job_id","host_id") WHERE outcome = 'hostFailed';--> statement-breakpoint
CREATE INDEX "attempts_logged" ON "attempts" USING btree ("ended_at") WHERE log_deleted_at is null;--> statement-breakpoint
CREATE INDEX "attempts_unmeasured" ON "attempts" USING btree ("id") WHERE measured < 64;--> statement-breakpoint
CREATE INDEX "attempts_ended" ON "attempts" USING btree ("ended_at","host","outcome") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "attempts_parts" ON "attempts" USING btree ("host_id") WHERE parts <> '[]'::jsonb;--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "audit_log_job_at" ON "audit_log" USING btree ("job_id","at","id") WHERE job_id is not null;--> statement-breakpoint
CREATE INDEX "audit_log_actor_at" ON "audit_log" USING btree ("actor","at","id");--> statement-breakpoint
CREATE INDEX "audit_log_action_at" ON "audit_log" USING btree ("action","at","id");--> statement-breakpoint
CREATE INDEX "audit_log_refused" ON "audit_log" USING btree ("at","id") WHERE outcome = 'refused';--> statement-breakpoint
CREATE INDEX "audit_log_trigrams" ON "audit_log" USING gin (text_trigrams((actor || ' ' || coalesce(reason, '') || ' ' || coalesce(after->>'user', before->>'user', after->>'token', before->>'token', after->>'host', before->>'host', ''))));--> statement-breakpoint
CREATE INDEX "audit_log_xid" ON "audit_log" USING btree ("xid");--> statement-breakpoint
CREATE INDEX "job_changes_xid" ON "job_changes" USING btree ("xid");--> statement-breakpoint
CREATE INDEX "job_changes_q" ON "job_changes" USING btree ("xid") WHERE q_from is not null or q_to is not null;--> statement-breakpoint
CREATE INDEX "job_changes_job" ON "job_changes" USING btree ("job_id","version");--> statement-breakpoint
CREATE INDEX "job_definitions_rerun_of" ON "job_definitions" USING btree ("rerun_of") WHERE rerun_of is not null;--> statement-breakpoint
CREATE INDEX "jobs_queue" ON "jobs" USING btree ("queue_key") WHERE queue_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_claimable" ON "jobs" USING btree ("tags","queue_key") WHERE queue_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_leased" ON "jobs" USING btree ("started_at","id") WHERE lease_expires_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_stop_requested" ON "jobs" USING btree ("stop_requested_at") WHERE stop_requested_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_awaiting" ON "jobs" USING btree ("id") WHERE awaited_hosts <> '[]'::jsonb;--> statement-breakpoint
CREATE INDEX "jobs_ended" ON "jobs" USING btree ("ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_search_queued" ON "jobs" USING gin (job_trigrams(name, id)) WITH (gin_pending_list_limit=512) WHERE queue_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_search_ended" ON "jobs" USING gin (job_trigrams(name, id)) WITH (gin_pending_list_limit=512) WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_of_submitter" ON "jobs" USING btree ("submitted_by","queue_key") WHERE queue_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_ended_of_submitter" ON "jobs" USING btree ("submitted_by","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_ended_on_host" ON "jobs" USING btree ("host","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_ended_with_status" ON "jobs" USING btree ("status","ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX "render_paces_at" ON "render_paces" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "receipt_series_open" ON "receipt_series" USING btree ("incarnation") WHERE over_at is null;--> statement-breakpoint
CREATE INDEX "submissions_created" ON "submissions" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "submissions_job" ON "submissions" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries" USING btree ("webhook_id","next_try_at") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries" USING btree ("at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "webhooks_name" ON "webhooks" USING btree (lower("name"));--> statement-breakpoint
-- A queue's table churns at its head: keep finished entries from piling up in front of every claim.
ALTER TABLE jobs SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0,
  autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0,
  autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
  autovacuum_analyze_scale_factor = 0.05);
--> statement-breakpoint
ALTER TABLE queue_counts SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_threshold = 500);
--> statement-breakpoint
ALTER TABLE queue_folds SET (fillfactor = 10);
