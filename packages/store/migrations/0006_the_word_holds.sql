CREATE TABLE "database_incarnations" (
	"incarnation" text PRIMARY KEY NOT NULL,
	"last_change_id" bigint NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "host_id" uuid;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "host_identity" jsonb;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "unproven_reason" text;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "declared_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "declared_by" text;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "declared_reason" text;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "parts" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "lease_ms" integer;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "lease_renewals" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "warnings" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "host_id" uuid;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "identity" jsonb;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "released_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "released_by" text;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "gone_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "gone_by" text;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "gone_reason" text;--> statement-breakpoint
CREATE INDEX "attempts_unconfirmed_host" ON "attempts" USING btree ("host_id") WHERE confirmed_at is null;--> statement-breakpoint
CREATE INDEX "attempts_open" ON "attempts" USING btree ("job_id") WHERE outcome is not null and confirmed_at is null and declared_at is null;--> statement-breakpoint
CREATE INDEX "attempts_parts" ON "attempts" USING btree ("host_id") WHERE parts <> '[]'::jsonb;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_declared_whole" CHECK ((declared_at is null) = (declared_by is null)
        and (declared_at is null) = (declared_reason is null));