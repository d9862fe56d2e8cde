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
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"address" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
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
CREATE TABLE "attempt_log" (
	"attempt_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"stream" text NOT NULL,
	"lines" jsonb NOT NULL,
	CONSTRAINT "attempt_log_pkey" PRIMARY KEY("attempt_id","seq")
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"job_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"host" text NOT NULL,
	"worker_id" uuid NOT NULL,
	"cookie" text NOT NULL,
	"outcome" text,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"phase" text,
	"progress" real DEFAULT 0 NOT NULL,
	"frame" integer,
	"total_frames" integer,
	"output" text DEFAULT 'none' NOT NULL,
	"scratch_path" text,
	"tree" jsonb,
	"stop_delivered_at" timestamp (3) with time zone,
	"stop_report" jsonb,
	"removal_report" jsonb,
	"confirmed_at" timestamp (3) with time zone,
	CONSTRAINT "attempts_number" UNIQUE("job_id","number"),
	CONSTRAINT "attempts_outcome_known" CHECK (outcome in ('completed', 'failed', 'stopped', 'lost', 'released')),
	CONSTRAINT "attempts_output_known" CHECK (output in ('none', 'maybe', 'published'))
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
	CONSTRAINT "audit_log_outcome_known" CHECK (outcome in ('done', 'noop', 'refused'))
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
CREATE TABLE "job_definitions" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"nexrender_job" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_secrets" (
	"job_id" uuid PRIMARY KEY NOT NULL,
	"secrets" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"status" text DEFAULT 'QUEUED' NOT NULL,
	"priority" smallint DEFAULT 50 NOT NULL,
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
	"lease_expires_at" timestamp (3) with time zone,
	"output" text DEFAULT 'none' NOT NULL,
	"stop_requested_at" timestamp (3) with time zone,
	"stop_requested_by" text,
	"stop_channel" text,
	"stop_reason" text,
	"stop_attempt_id" uuid,
	"failure" text,
	CONSTRAINT "jobs_status_known" CHECK (status in ('QUEUED', 'RENDERING', 'CANCELLING', 'CANCELLED', 'COMPLETED', 'FAILED')),
	CONSTRAINT "jobs_output_known" CHECK (output in ('none', 'maybe', 'published')),
	CONSTRAINT "jobs_priority_range" CHECK (priority between 0 and 100),
	CONSTRAINT "jobs_queue_seq_range" CHECK (queue_seq between 1 and 281474976710655),
	CONSTRAINT "jobs_stop_whole" CHECK ((stop_requested_at is null) = (stop_requested_by is null) and (stop_requested_at is null) = (stop_channel is null)),
	CONSTRAINT "jobs_lease_has_attempt" CHECK (lease_expires_at is null or (attempt_id is not null and host is not null))
);
--> statement-breakpoint
CREATE TABLE "render_hosts" (
	"name" text PRIMARY KEY NOT NULL,
	"worker_id" uuid NOT NULL,
	"pid" integer NOT NULL,
	"slots" smallint NOT NULL,
	"version" text NOT NULL,
	"platform" text NOT NULL,
	"renderer" text NOT NULL,
	"stand_in" boolean NOT NULL,
	"container" text NOT NULL,
	"lease_ms" integer NOT NULL,
	"draining" boolean DEFAULT false NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_heard_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"stopped_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempt_log" ADD CONSTRAINT "attempt_log_attempt_id_attempts_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "public"."attempts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_definitions" ADD CONSTRAINT "job_definitions_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_secrets" ADD CONSTRAINT "job_secrets_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_name" ON "api_tokens" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_name" ON "users" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "attempts_unconfirmed" ON "attempts" USING btree ("host") WHERE confirmed_at is null;--> statement-breakpoint
CREATE INDEX "audit_log_job" ON "audit_log" USING btree ("job_id","id") WHERE job_id is not null;--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "audit_log" USING btree ("actor","id");--> statement-breakpoint
CREATE INDEX "job_changes_xid" ON "job_changes" USING btree ("xid");--> statement-breakpoint
CREATE INDEX "job_changes_q" ON "job_changes" USING btree ("xid") WHERE q_from is not null or q_to is not null;--> statement-breakpoint
CREATE INDEX "job_changes_job" ON "job_changes" USING btree ("job_id","version");--> statement-breakpoint
CREATE INDEX "jobs_queue" ON "jobs" USING btree ("queue_key") WHERE queue_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_leased" ON "jobs" USING btree ("started_at","id") WHERE lease_expires_at is not null;--> statement-breakpoint
CREATE INDEX "jobs_ended" ON "jobs" USING btree ("ended_at" DESC NULLS FIRST,"id") WHERE ended_at is not null;