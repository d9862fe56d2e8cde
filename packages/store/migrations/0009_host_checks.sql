ALTER TABLE "attempts" DROP CONSTRAINT "attempts_outcome_known";--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "check_asked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "check_asked_by" text;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "checked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "checks" jsonb;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "check_held_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "render_hosts" ADD COLUMN "asked_check_held_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "attempts_host_failed" ON "attempts" USING btree ("job_id","host_id") WHERE outcome = 'hostFailed';--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_outcome_known" CHECK (outcome in ('completed', 'failed', 'stopped', 'lost', 'released', 'hostFailed'));